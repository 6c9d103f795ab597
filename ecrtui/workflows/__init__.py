"""One file for each thing a person does; front ends reach every service through here."""
