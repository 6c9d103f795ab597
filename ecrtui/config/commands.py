"""Every command of the explorer as data: what it is called, its keys, what it helps with.

Bindings, the footer, `?`, the palette, `ecrtui keys`, keymap files and docs/keys.md are all made
from this table; what a command does is in `tui/commands`.
"""

from __future__ import annotations

from ecrtui.config.command import (
    AFFECTED,
    COMPARE,
    CONTAINER,
    CONTAINERS,
    COST,
    CREDENTIAL,
    CREDENTIALS,
    ENGINE,
    EVERYWHERE,
    IMAGE,
    IMAGES,
    JOB,
    JOBS,
    JOURNAL,
    LIFECYCLE,
    LISTS,
    PRUNING,
    REGISTRIES,
    REPOSITORIES,
    SEARCH,
    SETTINGS,
    TEXTS,
    TIME,
    USES,
    WHY,
    Command,
)
from ecrtui.config.commands_cleaning import CLEANING_COMMANDS
from ecrtui.config.commands_cost import COST_COMMANDS
from ecrtui.config.commands_findings import FINDING_COMMANDS
from ecrtui.config.commands_lifecycle import LIFECYCLE_COMMANDS
from ecrtui.config.commands_settings import SETTINGS_COMMANDS
from ecrtui.config.commands_time import TIME_COMMANDS

__all__ = [
    "AFFECTED",
    "COMMANDS",
    "COMPARE",
    "COMPARE_TABS",
    "CONTAINER",
    "CONTAINERS",
    "COST",
    "CREDENTIAL",
    "CREDENTIALS",
    "ENGINE",
    "EVERYWHERE",
    "IMAGE",
    "IMAGES",
    "JOB",
    "JOBS",
    "JOURNAL",
    "LIFECYCLE",
    "LISTS",
    "PRUNING",
    "REGISTRIES",
    "REPOSITORIES",
    "SEARCH",
    "SETTINGS",
    "TAB_COMMANDS",
    "TEXTS",
    "TIME",
    "USES",
    "WHY",
    "Command",
]

_DIFF = (IMAGES, IMAGE)
_TABBED = (IMAGE, COMPARE)

TAB_COMMANDS: tuple[Command, ...] = (
    Command("overview", "overview", ("1",), "All that matters, on one screen.", (IMAGE,)),
    Command("platforms", "platforms", ("2",), "What an index holds.", (IMAGE,)),
    Command("config", "config", ("3",), "Environment, command, user, ports, labels.", (IMAGE,)),
    Command("layers", "layers", ("4",), "Layers, what each changed and wastes.", (IMAGE,)),
    Command("files", "files", ("5",), "All files, as a container sees them.", (IMAGE,)),
    Command("history", "history", ("6",), "Every step of the build.", (IMAGE,)),
    Command("referrers", "referrers", ("7",), "Signatures, SBOMs, attestations.", (IMAGE,)),
    Command("contents", "contents", ("8",), "An artifact or a file, opened.", (IMAGE,)),
    Command("json", "json", ("9",), "Manifest, config and row as they are.", (IMAGE,)),
    Command("findings", "findings", ("f", "0"), "What scanning found in it.", (IMAGE,)),
    Command("uses", "used by", ("w",), "Where it runs, and what names it.", (IMAGE,)),
)
"""A command for each tab of an image, in the order of the tabs."""

COMPARE_TABS: tuple[Command, ...] = (
    Command("diff-summary", "summary", ("1",), "What changed, at a glance.", (COMPARE,)),
    Command("diff-config", "config", ("2",), "The configuration, field by field.", (COMPARE,)),
    Command("diff-layers", "layers", ("3",), "Both stacks of layers side by side.", (COMPARE,)),
    Command("diff-files", "files", ("4",), "Files added, removed and modified.", (COMPARE,)),
    Command("diff-packages", "packages", ("5",), "Packages with their versions.", (COMPARE,)),
    Command("diff-contents", "contents", ("6",), "The file that was opened.", (COMPARE,)),
    Command("diff-findings", "findings", ("f", "7"), "What is fixed, what is new.", (COMPARE,)),
)
"""A command for each tab of a comparison, in the order of the tabs."""

COMPARE_COMMANDS: tuple[Command, ...] = (
    Command("diff", "diff", ("d",), "Compare marked rows, or with the one before.", _DIFF, 2),
    Command("diff-with", "versus", ("v",), "Compare with a tag, this machine, a region ...", _DIFF),
    *COMPARE_TABS,
    Command("next-change", "next", ("n",), "The next change.", _TABBED, 2),
    Command("previous-change", "before", ("N",), "The change before.", _TABBED),
    Command("export", "export", ("e",), "Save or copy it, as Markdown or JSON.", (COMPARE,), 3),
    Command("diff-platform", "platform", ("v",), "Another platform of both.", (COMPARE,)),
    Command("swap", "swap", ("X",), "Swap the two sides.", (COMPARE,), 7),
    Command("tree-in", "expand", ("right", "l"), "Open a directory or group, go into it.", _TABBED),
    Command("tree-out", "collapse", ("left", "h"), "Close a directory or group.", _TABBED),
    Command("tree-sort", "sort", ("s",), "Files or findings in another order.", _TABBED),
    Command("tree-reverse", "reverse", ("S",), "Turn their order round.", _TABBED),
    Command("change-kind", "kind", ("K",), "Only what was added, removed, modified.", _TABBED),
    Command("file-times", "times", ("M",), "Let a file's time count, or no longer.", (COMPARE,)),
    Command("tree-toggle", "toggle", ("space",), "Open or close a directory or group.", _TABBED),
    Command("tree-fold", "fold", ("z",), "Close all that folds, or open all.", _TABBED),
    Command("read-layers", "read", ("m",), "Read the layers: that is no pull.", (IMAGE,)),
    Command("read-shared", "read", ("m",), "Read shared layers too, to be sure.", (COMPARE,)),
)
"""Ways into a comparison, and what can be done there."""

JOB_COMMANDS: tuple[Command, ...] = (
    Command("open-job", "open", ("enter",), "Its parts, its log, how it ended.", (JOBS,), 1),
    Command("stop-job", "stop", ("x",), "Let it end at its next step.", (JOBS, JOB), 2),
    Command("retry-job", "try again", ("t",), "Propose it anew, as it was typed.", (JOBS, JOB), 3),
    Command("job-place", "place", ("w",), "Go where it acted.", (JOBS, JOB), 5),
    Command("clear-jobs", "clear", ("c",), "Forget the jobs that have ended.", (JOBS,), 6),
    Command(
        "undo",
        "undo",
        ("u",),
        "Take the change back, after a look at how.",
        (JOURNAL,),
        2,
        dangerous=True,
    ),
    Command("export-journal", "export", ("e",), "Save it, as Markdown or JSON.", (JOURNAL,), 5),
)
"""What can be done with a job, in the drawer and on its own screen, and with the journal."""

_RUNNABLE = (IMAGES, IMAGE, ENGINE)
_CONTAINED = (CONTAINERS, CONTAINER)

RUN_COMMANDS: tuple[Command, ...] = (
    Command(
        "run",
        "run",
        ("x",),
        "Run it with Docker or Podman, and see its logs.",
        _RUNNABLE,
        4,
        wide=True,
    ),
    Command("containers", "containers", ("O",), "The containers that were started from here."),
    Command("shell", "shell", ("x",), "A shell in it, in this terminal.", _CONTAINED, 2),
    Command("stop", "stop", ("E",), "End it; after ten seconds by force.", _CONTAINED, 5),
    Command("start-again", "again", ("a",), "Start it again, running or not.", _CONTAINED),
    Command("remove", "remove", ("D",), "Remove it, running or not.", _CONTAINED),
    Command("log-follow", "follow", ("f",), "Go to the last line, and on with it.", (CONTAINER,)),
    Command("log-next", "next hit", ("n",), "The next line that holds it.", (CONTAINER,)),
    Command("log-before", "hit before", ("N",), "The line before that holds it.", (CONTAINER,)),
    Command("log-only", "only hits", ("ampersand",), "Hide other lines, or not.", (CONTAINER,)),
    Command("log-times", "times", ("t",), "When each line was printed.", (CONTAINER,)),
    Command("log-wrap", "wrap", ("w",), "Break long lines, or cut them.", (CONTAINER,)),
    Command("log-save", "save", ("e",), "Save the lines to a file.", (CONTAINER,)),
)
"""Running an image, and what can be done with its container. None of it changes a registry."""

_MOVED = (IMAGES, IMAGE)

USE_COMMANDS: tuple[Command, ...] = (
    Command("used-by", "used by", ("w",), "Where it runs, what names it.", (REPOSITORIES, IMAGES)),
    Command(
        "roll",
        "roll",
        ("U",),
        "Make a service or a function run an image.",
        (IMAGES, IMAGE, USES, TIME),
        3,
        dangerous=True,
        elsewhere=True,
    ),
    Command("kubectl", "kubectl", ("K",), "Ask kubectl's current context too.", (USES,), 4),
)
"""What uses images, and making it use another one."""

MOVE_COMMANDS: tuple[Command, ...] = (
    Command("pull", "pull", ("p",), "Bring it to this machine's engine.", _MOVED, 3),
    Command(
        "copy-to",
        "copy to",
        ("c",),
        "Copy it to a repository, a region, an account ...",
        (*_MOVED, ENGINE),
        dangerous=True,
        elsewhere=True,
    ),
    Command("tag", "tag", ("t",), "Give it another tag.", _MOVED, dangerous=True),
    Command(
        "push",
        "push",
        ("P",),
        "Push an image of this machine to a repository.",
        (IMAGES, ENGINE),
        3,
        dangerous=True,
        elsewhere=True,
    ),
    Command("export-image", "export", ("e",), "Into a file or a folder.", (*_MOVED, ENGINE)),
    Command(
        "import",
        "import",
        ("I",),
        "Bring an image from a file or a folder.",
        (REPOSITORIES, IMAGES),
        dangerous=True,
    ),
    Command(
        "archive",
        "archive",
        ("a",),
        "Archive it; what is archived comes back.",
        _MOVED,
        dangerous=True,
    ),
)
"""What moves images: to this machine, elsewhere, into files and out of them."""

_WHO = (CREDENTIALS, CREDENTIAL)

CREDENTIAL_COMMANDS: tuple[Command, ...] = (
    Command("credentials", "credentials", ("C",), "Who you are: ways in, kept and declared."),
    Command("test-credential", "test", ("t",), "Ask STS who it is, and ECR to read.", _WHO, 4),
    Command("use-credential", "use", ("u",), "Go to the registries it opens.", _WHO, 3),
    Command("map-credential", "map", ("m",), "Use it for registries, by a pattern.", _WHO),
    Command("unmap-credential", "unmap", ("M",), "Take a pattern out of the map.", _WHO),
    Command("rename-credential", "rename", ("n",), "Another name, in the map too.", _WHO),
    Command("remove-credential", "remove", ("D",), "Remove it, once you saw who uses it.", _WHO),
    Command("sign-out", "sign out", ("x",), "End a portal's session.", _WHO),
    Command(
        "unlock", "unlock", ("U",), "Unlock where secrets are kept; lock the file.", (CREDENTIALS,)
    ),
    Command("copy-environment", "variables", ("E",), "Copy its keys, after a warning.", _WHO),
    Command("add-credential", "add", ("a",), "Keys, a role, SSO, a login.", (CREDENTIALS,), 5),
    Command("edit-credential", "edit", ("e",), "Change it; secrets stay unless typed.", _WHO),
    Command(
        "rotate-key",
        "rotate",
        ("N",),
        "A new access key for the old one, and back.",
        _WHO,
        dangerous=True,
        elsewhere=True,
    ),
    Command("import-keys", "import", ("I",), "Move keys out of ~/.aws.", (CREDENTIALS,)),
    Command("keep-where", "kept in", ("K",), "Keyring, encrypted file or memory.", (CREDENTIALS,)),
    Command("destroy-backups", "destroy", ("X",), "Destroy what an import left.", (CREDENTIALS,)),
)
"""The credentials, and what can be done with one of them. None of it changes a registry, one
changes an account."""

COMMANDS: tuple[Command, ...] = (
    *JOB_COMMANDS,
    Command("open", "open", ("enter",), "Go into what the cursor stands on.", (LISTS, TEXTS), 1),
    Command("back-out", "out", ("escape",), "Clear the filter, or go out to where you came from."),
    *COMPARE_COMMANDS,
    *RUN_COMMANDS,
    *MOVE_COMMANDS,
    *FINDING_COMMANDS,
    *USE_COMMANDS,
    *TIME_COMMANDS,
    *CLEANING_COMMANDS,
    *COST_COMMANDS,
    *CREDENTIAL_COMMANDS,
    Command(
        "filter", "filter", ("slash",), "Show only what matches, as you type.", (LISTS, TEXTS), 6
    ),
    Command(
        "next-tab", "next", ("tab",), "The files beside the layers, or the next tab.", _TABBED, 7
    ),
    Command(
        "goto", "go to", ("colon",), "Go anywhere: a repository, repo:tag, a digest.", footer=7
    ),
    Command(
        "help", "help", ("question_mark",), "What can be done here, and with which key.", footer=8
    ),
    Command("palette", "all", ("ctrl+p",), "Every command by its name.", footer=9),
    Command("sort", "sort", ("s",), "Sort by the next column.", (LISTS,)),
    Command("reverse", "reverse", ("S",), "Turn the order round.", (LISTS,)),
    Command("mark", "mark", ("space",), "Mark the row, or take its mark away.", (LISTS,)),
    Command("mark-shown", "mark all", ("asterisk",), "Mark all rows shown, or none.", (LISTS,)),
    Command("expand", "expand", ("right", "l"), "Show what belongs to the row.", (LISTS,)),
    Command("collapse", "collapse", ("left", "h"), "Hide what belongs to the row.", (LISTS,)),
    Command("renew", "renew", ("ctrl+r",), "Sign in again, before or after it ends."),
    Command("refresh", "refresh", ("r",), "Read it again; new rows are marked with +."),
    Command("live", "live", ("L",), "Refresh by itself at an interval, or stop.", (LISTS,)),
    Command("copy", "copy", ("y",), "Copy the most useful text of the row.", footer=5),
    Command("copy-menu", "copy...", ("Y",), "Choose what to copy: URI, digest, command ..."),
    Command("console", "console", ("o",), "Copy the place's address in the AWS console."),
    Command(
        "read",
        "read",
        ("m",),
        "Read marked indexes' manifests: counts as a pull.",
        (IMAGES, PRUNING),
    ),
    *TAB_COMMANDS,
    Command(
        "previous-tab", "before", ("shift+tab",), "Back from there, or the tab before.", _TABBED
    ),
    Command("unmask", "unmask", ("u",), "Show values that look secret, or mask them.", _TABBED),
    *SETTINGS_COMMANDS,
    *LIFECYCLE_COMMANDS,
    Command("wait", "wait", ("W",), "Wait for a tag to appear.", (IMAGES,)),
    Command(
        "search", "search", ("ctrl+f",), "Search every registry for a name, a tag or a digest."
    ),
    Command("history-back", "back", ("left_square_bracket",), "The place before this one."),
    Command("history-forward", "forward", ("right_square_bracket",), "The place after this one."),
    Command("bookmark", "bookmark", ("b",), "Bookmark this place, or forget the bookmark."),
    Command("bookmarks", "bookmarks", ("B",), "Go to a bookmark."),
    Command("regions", "regions", ("R",), "The same repository or registry in another region."),
    Command("accounts", "accounts", ("A",), "Another account, by its profile."),
    Command("registries", "registries", ("tilde",), "All accounts and regions."),
    Command("jobs", "jobs", ("J",), "What moves and changes: how far, how it ended."),
    Command("journal", "journal", ("H",), "What was changed from here, to be taken back."),
    Command("times", "times", ("T",), "Times as ages, or in UTC."),
    Command("theme", "theme", (), "Choose colours; the ansi ones keep the terminal's."),
    Command("redraw", "redraw", ("ctrl+l",), "Draw the screen anew: something wrote over it."),
    Command("details", "details", ("exclamation_mark",), "Why this place could not be read."),
    Command("quit", "quit", ("ctrl+q",), "Leave; the next start comes back to this place."),
)
