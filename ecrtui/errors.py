"""Everything that can go wrong, as one tree.

    EcrtuiError                     exit code
    ├── UsageError                  2   what was typed cannot be understood
    │   ├── InvalidReference        2   an image reference that is none
    │   ├── WhichPlatform           2   none was named, and none of several is this machine's
    │   ├── NameTaken               2   another credential is called so
    │   ├── ScannedLately           2   a scan that cannot be started again yet
    │   └── SettingsError           2   a file of ours that cannot be read
    ├── SignInError                 3   nobody is signed in, or no longer
    │   ├── NoCredentials           3
    │   ├── SessionExpired          3   its time is over
    │   ├── SessionRevoked          3   taken back before its time, or never known
    │   └── ClockSkew               3
    ├── NotAllowed                  3   signed in, but may not
    │   └── ReadOnly                3   we refuse, because --read-only was asked for
    ├── NotFound                    4
    │   └── Archived                4   it is there, and must be restored before it can be read
    ├── RemoteError                 5   the service failed or answered nonsense
    │   ├── Unreachable             5
    │   │   └── EngineCannotReach   5   the engine has no way to the registry; ecrtui may have one
    │   ├── Throttled               5
    │   ├── RegionNotEnabled        5
    │   ├── UnknownOperation        5   this endpoint, or this botocore, lacks the call
    │   ├── AlreadyThere            5   what was to be made exists
    │   ├── NotEmpty                5   a repository that was to be deleted still holds images
    │   ├── PreviewRuns             5   a lifecycle preview of the repository runs already
    │   └── Corrupt                 5   the bytes are not what their digest says
    ├── LocalPartMissing            6   no room, no keyring ...
    │   ├── EngineMissing           6   no engine here, or none that lets us in
    │   └── VaultError              6   where secrets are kept did not do what was asked
    │       ├── VaultMissing        6   no keyring here, or it went away
    │       ├── VaultRefused        6   a keyring that keeps secrets unprotected, or one not known
    │       ├── VaultLocked         6   locked, and nobody unlocked it
    │       │   └── WrongPassphrase 3   the encrypted file's
    │       ├── VaultDenied         6   a person, or the system, said no
    │       ├── VaultSilent         6   no answer in time
    │       └── VaultDamaged        6   what is kept cannot be put together
    └── GivenUp                   130   a person stopped it

Each carries a title (what failed, in a few words), a detail (what the other side said; foreign
text, so it is only ever shown as plain text) and a hint that names the fix.
"""

from __future__ import annotations


class EcrtuiError(Exception):
    """Anything ecrtui itself raises: a title, a detail and a hint that names the fix."""

    exit_code = 5
    title = "Something went wrong"
    hint = ""

    def __init__(self, detail: str = "", *, title: str = "", hint: str = "") -> None:
        self.title = title or type(self).title
        self.detail = detail
        self.hint = hint or type(self).hint
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """Title and detail on one line, for stderr and toasts; foreign text included."""
        return f"{self.title}: {self.detail}" if self.detail else self.title


class UsageError(EcrtuiError):
    """What was typed cannot be understood."""

    exit_code = 2
    title = "That is not understood"


class ScannedLately(UsageError):
    """A basic scan can be started once in 24 hours; what that one found is known."""

    title = "It was scanned within a day"


class InvalidReference(UsageError):
    """An image reference that names no image."""

    title = "Not an image reference"
    hint = "Write repo:tag, repo@sha256:..., or a full URI as ECR shows it."


class WhichPlatform(UsageError):
    """An index of several platforms, none of which was asked for or is this machine's."""

    title = "A platform must be chosen"


class NameTaken(UsageError):
    """Another credential is called so."""

    title = "That name is taken"


class SettingsError(UsageError):
    """A settings or keymap file that cannot be used."""

    title = "The settings file cannot be used"


class SignInError(EcrtuiError):
    """Nobody is signed in, or not any longer."""

    exit_code = 3
    title = "Not signed in"
    profile = ""
    """Whose credentials were refused, where it is not the profile that was asked for: the source
    of a role."""


class NoCredentials(SignInError):
    """No credentials were found for this profile."""

    title = "No credentials found"
    hint = "Set AWS_PROFILE, name one with --profile, or add one: ecrtui credentials add NAME"


class SessionExpired(SignInError):
    """The session's credentials are past their time."""

    title = "The session has expired"


class SessionRevoked(SignInError):
    """The service does not know the credentials, or no longer: revoked, deactivated, deleted."""

    title = "The credentials are no longer accepted"
    hint = "They were revoked, deactivated or deleted: sign in again, or give others."


class WrongCode(SignInError):
    """The service does not take an MFA code: mistyped, too old, or used before."""

    title = "The MFA code was not taken"
    hint = "A code works once: wait until the device shows the next one."


class ClockSkew(SignInError):
    """The service refused the signature because this machine's clock is off."""

    title = "This machine's clock is wrong"
    hint = "AWS refuses requests more than 5 minutes off. Set the clock (timedatectl set-ntp true)."


class OtherAccount(EcrtuiError):
    """Credentials were renewed, and are of another account than those before."""

    exit_code = 3
    title = "Signed in to another account"
    hint = "What was begun in the other account does not go on in this one: begin it anew."


class NotAllowed(EcrtuiError):
    """Signed in, but not allowed to do this."""

    exit_code = 3
    title = "Not allowed"


class ReadOnly(NotAllowed):
    """Refused by ecrtui itself: it runs read-only."""

    title = "Refused: ecrtui runs read-only"
    hint = "Start it without --read-only, and check read_only in the settings."


class NotFound(EcrtuiError):
    """The thing named does not exist, or not there."""

    exit_code = 4
    title = "Not found"


class Archived(NotFound):
    """An image in ECR's archive: it is listed, and a pull finds nothing until it is restored."""

    title = "The image is archived"
    hint = "Restore it first, which takes minutes: ecrtui restore IMAGE"


class RemoteError(EcrtuiError):
    """The service failed, or its answer made no sense."""

    exit_code = 5
    title = "The service failed"


class Unreachable(RemoteError):
    """No connection to the endpoint."""

    title = "The endpoint cannot be reached"
    hint = "Check the network, the proxy (HTTPS_PROXY) and, in a private network, the VPC endpoint."


class EngineCannotReach(Unreachable):
    """The engine has no way to the registry: another network, no TLS there, a proxy."""

    title = "The engine cannot reach the registry"
    hint = "With --load ecrtui reads the image itself and hands it to the engine."


class Throttled(RemoteError):
    """The service kept throttling after every retry."""

    title = "The service is throttling"
    hint = "Wait a little and press r; fewer regions or profiles at once also help."


class RegionNotEnabled(RemoteError):
    """This account has not opted in to this region."""

    title = "The region is not enabled for this account"
    hint = "Enable it in the account's settings, or leave it out."


class UnknownOperation(RemoteError):
    """This endpoint, or the installed botocore, does not know the operation."""

    title = "This endpoint does not know that call"
    hint = "The panel stays empty here; everything else works. A newer boto3 may help."


class AlreadyThere(RemoteError):
    """What was to be made exists already."""

    title = "It exists already"


class PreviewRuns(RemoteError):
    """ECR tries one lifecycle policy of a repository at a time, and tries another now."""

    title = "Another lifecycle preview runs"
    hint = "It ends by itself, within minutes: try again then."


class NotEmpty(RemoteError):
    """A repository that was to be deleted still holds images."""

    title = "The repository still holds images"
    hint = "Its images go along only when the plan names them: look at the plan again."


class Corrupt(RemoteError):
    """Bytes that are not what their digest or size says."""

    title = "The bytes do not match their digest"
    hint = "Try again; if it stays so, the registry or something between holds a damaged copy."


class LocalPartMissing(EcrtuiError):
    """A local part is missing: no engine, no keyring, no clipboard."""

    exit_code = 6
    title = "A local part is missing"


class EngineMissing(LocalPartMissing):
    """No engine answers: none runs, or it may not be asked."""

    title = "No container engine can be asked"
    hint = "Start Docker or Podman, or set DOCKER_HOST. Images in registries need no engine."


class VaultError(LocalPartMissing):
    """Where secrets are kept failed in a way of its own."""

    title = "The keyring failed"
    hint = "ecrtui doctor shows which keyring is used. Nothing that was kept before is lost."


class VaultMissing(VaultError):
    """No keyring here that may be used, or it went away."""

    title = "No keyring is here"
    hint = (
        "Choose once: ecrtui credentials keep file (encrypted under a passphrase), or "
        "ecrtui credentials keep memory (gone when ecrtui ends)."
    )


class VaultRefused(VaultError):
    """A keyring backend that ecrtui does not use: it keeps secrets unprotected, or is not known."""

    title = "This keyring is not used"


class VaultLocked(VaultError):
    """Locked, and nobody unlocked it."""

    title = "The keyring is locked"
    hint = (
        "Unlock it in the desktop session (its dialog opens there, not here), or choose once: "
        "ecrtui credentials keep file."
    )


class WrongPassphrase(VaultLocked):
    """The encrypted file does not open with this passphrase."""

    exit_code = 3
    title = "Wrong passphrase"
    hint = "Try again; without it nobody can read the file, ecrtui neither."


class VaultDenied(VaultError):
    """The person, or the system, refused."""

    title = "The keyring refused"
    hint = "Allow ecrtui's Python in the dialog; after an update of Python it asks anew."


class VaultSilent(VaultError):
    """No answer in time: a dialog nobody sees, or a keyring that hangs."""

    title = "The keyring does not answer"
    hint = (
        "A dialog may be open on the machine's own screen; answer it there and try again. Over "
        "SSH choose once: ecrtui credentials keep file."
    )


class VaultDamaged(VaultError):
    """What is kept cannot be put together again."""

    title = "What is kept is damaged"


class GivenUp(EcrtuiError):
    """Whoever waited for it stopped it."""

    exit_code = 130
    title = "Stopped"
    hint = "What was read until then is kept."
