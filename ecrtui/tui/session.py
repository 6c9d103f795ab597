"""What all screens share for one run: services, who we are, what was learnt on the way."""

from __future__ import annotations

import msgspec

from ecrtui.config.commands import COMMANDS, Command
from ecrtui.config.keymap import load_keymap, with_keymap
from ecrtui.config.offered import commands_for, withheld
from ecrtui.errors import EcrtuiError, SettingsError
from ecrtui.model.places import NOT_LOOKED_AT, Identity, Registry, RegistrySummary
from ecrtui.model.signing_in import Lasting
from ecrtui.render.ages import Times
from ecrtui.tui.asking import Asker
from ecrtui.tui.credentials.renewing import SIGN_IN_PROBLEMS, Renewing
from ecrtui.tui.jobs import Jobs
from ecrtui.tui.spot import Side, Trail
from ecrtui.workflows.services import Services

SummaryKey = tuple[str, str, str]


def place_key(registry: Registry) -> SummaryKey:
    """What tells registries apart whether or not their account is known yet."""
    return (registry.profile, registry.region, registry.kind.value)


class Session:
    """One run of the explorer."""

    def __init__(self, services: Services, jobs: Jobs, asker: Asker) -> None:
        self.services = services
        self.jobs = jobs
        self.asker = asker
        self.renewing = Renewing(self, asker)
        self.trail = Trail()
        self.identities: dict[str, Identity] = {}
        self.lasting: dict[str, Lasting] = {}
        """By profile, what becomes of its keys when they end."""
        self.summaries: dict[SummaryKey, RegistrySummary] = {}
        self.names: dict[SummaryKey, list[str]] = {}
        """Repositories seen, for completing what is typed after `:`."""
        self.marks: dict[tuple[SummaryKey, str], list[Side]] = {}
        """Marked images by registry and repository, to be compared with others elsewhere."""
        self.trouble: dict[str, EcrtuiError] = {}
        """Why the last test of a credential failed, with what the other side said of it."""
        self.looked_everywhere = False
        """Whether the summaries are of all registries at hand, not only the first to answer."""
        self.utc = services.settings.times == "utc"
        self.may_read_manifests = services.settings.read_manifests == "always"
        self.keymap_problem: SettingsError | None = None
        self.commands = self._commands()

    @property
    def ascii(self) -> bool:
        """Whether to draw with plain ASCII."""
        return self.services.settings.ascii

    def edges(self, *, upper: bool) -> tuple[str, str]:
        """The two corners and the line of a frame's edge."""
        if self.ascii:
            return "++", "-"
        return ("┌┐" if upper else "└┘"), "─"

    @property
    def times(self) -> Times:
        """How times are shown at this moment."""
        return Times(self.services.clock.now(), absolute=self.utc)

    def read_only(self, profile: str) -> bool:
        """Whether nothing in a profile's account may change."""
        return self.services.read_only or self.services.settings.of(profile).read_only

    def commands_at(self, places: tuple[str, ...], profile: str) -> list[Command]:
        """The commands of a kind of screen; without dangerous ones where nothing may change."""
        return commands_for(
            places,
            read_only=self.read_only(profile),
            everywhere=self.services.read_only,
            commands=self.commands,
        )

    def withheld_at(self, places: tuple[str, ...], profile: str) -> list[Command]:
        """The commands of a kind of screen that are not there since nothing may change."""
        if not self.read_only(profile):
            return []
        everywhere = self.services.read_only
        return withheld(places, everywhere=everywhere, commands=self.commands)

    def learn(self, summary: RegistrySummary) -> None:
        """Keep what is known of a registry and of who we are there."""
        key = place_key(summary.registry)
        if summary.note == NOT_LOOKED_AT and key in self.summaries:
            return  # somebody went there
        self.summaries[key] = summary
        if summary.identity is not None and not isinstance(summary.problem, SIGN_IN_PROBLEMS):
            self.identities[summary.registry.profile] = summary.identity
            self.renewing.accepted(summary.registry.profile)

    def told(self, name: str, problem: EcrtuiError | None) -> None:
        """A credential was tested."""
        self.trouble.pop(name, None)
        if problem is not None:
            self.trouble[name] = problem

    def plain(self, registry: Registry) -> Registry:
        """The registry without its account when that is the profile's own: one place, one name."""
        who = self.identities.get(registry.profile)
        if who is not None and who.account == registry.account:
            return msgspec.structs.replace(registry, account="")
        return registry

    def whole(self, registry: Registry) -> Registry:
        """The registry with its account, as far as anybody told."""
        return msgspec.structs.replace(registry, account=self.account(registry))

    def account(self, registry: Registry) -> str:
        """The account of a registry, '' while nobody has told."""
        who = self.identities.get(registry.profile)
        return registry.account or (who.account if who else "")

    def alias(self, registry: Registry) -> str:
        """What a registry's account calls itself, where that is known and it is the profile's."""
        who = self.identities.get(registry.profile)
        return who.alias if who and registry.account in ("", who.account) else ""

    def words(self, text: str) -> str:
        """What a workflow says of the command line, by the fields and keys there are here."""
        from ecrtui.tui.wording import by_keys

        return by_keys(text, self.commands, ascii_only=self.ascii)

    def _commands(self) -> list[Command]:
        """Every command, with the keys a person chose where the file is in order."""
        try:
            return with_keymap(COMMANDS, load_keymap(self.services.locations.keymap_file))
        except SettingsError as problem:
            self.keymap_problem = problem
            return list(COMMANDS)
