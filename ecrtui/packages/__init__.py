"""Package databases to packages, and packages to their difference. Pure: no I/O.

One small file for each format. A reader takes a file's contents and its path and yields Packages;
at the first thing it cannot make out it raises Corrupt, and what it yielded before stays.
"""
