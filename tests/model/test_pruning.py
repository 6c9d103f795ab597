"""Which images go: properties over any list, and the cases that people meet."""

from __future__ import annotations

from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st

from ecrtui.model.folding import is_index
from ecrtui.model.image import Image
from ecrtui.model.manifest import Manifest
from ecrtui.model.prune import Choice, Fate, Rules, Why, own_tags
from ecrtui.model.pruning import judge, relations, waves
from ecrtui.model.usage import ImageUse, Standing, Use, UseKind
from tests.model.test_folding import index_of
from tests.worlds import OCI_IMAGE, OCI_INDEX

NOW = 1_000_000.0
DIGESTS = tuple(f"sha256:{number:064x}" for number in range(9))
TAGS = ("v1", "v2", "pr-1", "pr-2", "prod")
PATTERNS = ("v*", "pr-*", "*", "prod", "v[12]")
IN_USE = ImageUse(
    standing=Standing.RUNNING, uses=(Use(kind=UseKind.ECS_TASK, name="task", image="x"),)
)
FREE = ImageUse(standing=Standing.NOT_SEEN)
UNKNOWN = ImageUse(standing=Standing.UNKNOWN)
TIMES = st.sampled_from((None, NOW, NOW - 50, NOW - 100, NOW - 500))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Image], dict[str, Manifest], dict[str, ImageUse]]:
    """Rows that hold and refer to each other in any way, as far as they are read, and uses."""
    tags = list(TAGS)
    rows, stored = [], {}
    for digest in draw(st.lists(st.sampled_from(DIGESTS), unique=True, max_size=9)):
        own = draw(st.lists(st.sampled_from(tags), unique=True, max_size=2)) if tags else []
        tags = [tag for tag in tags if tag not in own]
        if draw(st.integers(0, 9)) == 0:
            own.append(f"sha256-{draw(st.sampled_from(DIGESTS))[7:]}.sig")
        index = draw(st.booleans())
        rows.append(
            Image(
                digest,
                image_tags=tuple(own),
                image_pushed_at=draw(TIMES),
                last_recorded_pull_time=draw(TIMES),
                image_manifest_media_type=OCI_INDEX if index else OCI_IMAGE,
                subject_manifest_digest=draw(st.just("") | st.sampled_from(DIGESTS)),
                image_status=draw(st.sampled_from(("ACTIVE", "ACTIVE", "ARCHIVED"))),
            )
        )
        if index and draw(st.booleans()):
            stored[digest] = index_of(digest, draw(st.lists(st.sampled_from(DIGESTS), max_size=4)))
    uses = {
        row.image_digest: draw(st.sampled_from((FREE, FREE, FREE, IN_USE, UNKNOWN)))
        for row in rows
        if draw(st.integers(0, 9))
    }
    return rows, stored, uses


PATTERN_LISTS = st.lists(st.sampled_from(PATTERNS), max_size=2).map(tuple)
RULES = st.builds(
    Rules,
    untagged=st.booleans(),
    tags=PATTERN_LISTS,
    keep=PATTERN_LISTS,
    older_than=st.none() | st.just(60.0),
    newest=st.none() | st.integers(0, 3),
    never_pulled=st.booleans(),
    not_pulled_for=st.none() | st.just(60.0),
    archived=st.booleans(),
)
SOME = st.frozensets(st.sampled_from(DIGESTS), max_size=3)
CHOICES = st.builds(
    Choice, rules=RULES, include=SOME, leave=SOME, archive=st.booleans()
) | st.builds(Choice, named=SOME, everything=st.booleans(), include=SOME, leave=SOME)


@given(worlds(), CHOICES)
def test_nothing_that_is_needed_goes(
    world: tuple[list[Image], dict[str, Manifest], dict[str, ImageUse]], choice: Choice
) -> None:
    rows, stored, uses = world
    found = relations(rows, stored.get)
    fates = judge(found, uses, choice, NOW)
    assert list(fates) == [row.image_digest for row in rows]
    going = {digest for digest, fate in fates.items() if fate.goes}
    below = set(choice.include)
    for _ in rows:
        below |= {one for digest in below for one in found.follows(digest)}
    keep = choice.rules.keep if choice.rules else ()
    for digest in going:
        row = found.rows[digest]
        use = uses.get(digest)
        assert (use is not None and use.may_go) or digest in below
        assert digest not in choice.leave
        assert not any(fnmatchcase(tag, one) for tag in row.image_tags for one in keep)
        assert all(parent in going for parent in found.parents.get(digest, ()))
        assert not (choice.archive and row.archived)
    unread = {row.image_digest for row in rows if is_index(row)} - set(stored) - going
    if unread and choice.rules is not None:
        lone = {
            one for one in going if fates[one].why is Why.RULES and not found.rows[one].image_tags
        }
        assert all(found.rows[one].subject_manifest_digest for one in lone)
    assert all(fates[digest].unsure == bool(found.unread) for digest in going)


@given(worlds(), CHOICES)
def test_what_goes_was_asked_for_or_belongs_to_what_was(
    world: tuple[list[Image], dict[str, Manifest], dict[str, ImageUse]], choice: Choice
) -> None:
    rows, stored, uses = world
    found = relations(rows, stored.get)
    fates = judge(found, uses, choice, NOW)
    for digest, fate in fates.items():
        row = fate.image
        if not fate.goes or fate.why is Why.EVERYTHING:
            continue
        if fate.why is Why.NAMED:
            assert digest in choice.named
        elif fate.why is Why.RULES:
            assert choice.rules is not None
            assert literally(choice.rules, row)
        else:
            assert fate.of
            assert all(fates[one].goes for one in fate.of)
            assert not own_tags(row)
            above = [*found.parents.get(digest, ()), found.subjects.get(digest)]
            assert set(fate.of) <= set(above)


def literally(rules: Rules, row: Image) -> bool:
    """The rules read once more, one by one, without those that look at other rows."""
    tags = row.image_tags
    wide = not rules.untagged and not rules.tags
    meant = wide or (rules.untagged and not tags)
    meant = meant or bool(
        tags and rules.tags and all(any(fnmatchcase(t, one) for one in rules.tags) for t in tags)
    )
    pushed, pulled = row.image_pushed_at, row.last_recorded_pull_time
    old = rules.older_than is None or (pushed is not None and NOW - pushed >= rules.older_than)
    unpulled = not rules.never_pulled or pulled is None
    if rules.not_pulled_for is not None:
        moments = [one for one in (pushed, pulled) if one is not None]
        unpulled = unpulled and bool(moments) and NOW - max(moments) >= rules.not_pulled_for
    return meant and old and unpulled and (row.archived or not rules.archived)


@given(worlds(), PATTERN_LISTS, st.integers(0, 3))
def test_the_newest_of_each_pattern_stay(
    world: tuple[list[Image], dict[str, Manifest], dict[str, ImageUse]],
    patterns: tuple[str, ...],
    newest: int,
) -> None:
    rows, stored, uses = world
    found = relations(rows, stored.get)
    fates = judge(found, uses, Choice(rules=Rules(tags=patterns, newest=newest)), NOW)
    for pattern in patterns or ("*",):
        group = [row for row in rows if any(fnmatchcase(tag, pattern) for tag in row.image_tags)]
        below = {*found.subjects, *found.parents}
        group = [row for row in group if own_tags(row) or row.image_digest not in below]
        staying = [row for row in group if not fates[row.image_digest].goes]
        assert len(staying) >= min(newest, len(group))
        for gone in (row for row in group if fates[row.image_digest].goes):
            newer = [row for row in staying if pushed(row) >= pushed(gone)]
            assert len(newer) >= newest


def pushed(row: Image) -> float:
    return float("inf") if row.image_pushed_at is None else row.image_pushed_at


@given(worlds(), CHOICES)
def test_the_order_lets_each_go(
    world: tuple[list[Image], dict[str, Manifest], dict[str, ImageUse]], choice: Choice
) -> None:
    rows, stored, uses = world
    found = relations(rows, stored.get)
    going = [digest for digest, fate in judge(found, uses, choice, NOW).items() if fate.goes]
    order = waves(found, going)
    assert sorted(digest for wave in order for digest in wave) == sorted(going)
    place = {digest: number for number, wave in enumerate(order) for digest in wave}
    above = {one: found.parents.get(one, []) for one in going}
    both = {one: [*above[one], found.subjects.get(one, "")] for one in going}
    for digest in going:
        if not _in_circles(above):
            assert all(place[one] < place[digest] for one in above[digest])
        if not _in_circles(both):  # a subject first, where nothing else forbids it
            assert all(place[one] < place[digest] for one in both[digest] if one in place)


def _in_circles(above: dict[str, list[str]]) -> bool:
    """Whether anything is above itself: hashes forbid it, subjects and parents together do not."""
    left = dict(above)
    while free := [one for one in left if not any(other in left for other in left[one])]:
        for one in free:
            del left[one]
    return bool(left)


# The cases that people meet


def image(digest: str, *tags: str, index: bool = False, subject: str = "") -> Image:
    kind = OCI_INDEX if index else OCI_IMAGE
    return Image(
        digest,
        image_tags=tags,
        image_pushed_at=NOW - 100,
        image_manifest_media_type=kind,
        subject_manifest_digest=subject,
    )


def judged(rows: list[Image], choice: Choice, *read: Manifest, **uses: ImageUse) -> dict[str, Fate]:
    found = relations(rows, {one.digest: one for one in read}.get)
    known = {row.image_digest: uses.get(row.image_digest, FREE) for row in rows}
    return judge(found, known, choice, NOW)


def test_a_release_goes_with_its_platforms_and_signatures() -> None:
    rows = [
        image("index", "v1", index=True),
        image("amd"),
        image("arm"),
        image("sig", subject="index"),
        image("other", "v2"),
    ]
    release = index_of("index", ["amd", "arm"])
    fates = judged(rows, Choice(rules=Rules(tags=("v1",))), release)
    whys = {digest: fate.why for digest, fate in fates.items() if fate.goes}
    assert whys == {
        "index": Why.RULES,
        "amd": Why.CHILD,
        "arm": Why.CHILD,
        "sig": Why.REFERRER,
    }
    assert not fates["amd"].unsure
    running = judged(rows, Choice(rules=Rules(tags=("v1",))), release, index=IN_USE)
    assert running["index"].why is Why.IN_USE
    assert not any(fate.goes for fate in running.values())
    taken = judged(
        rows,
        Choice(rules=Rules(tags=("v1",)), include=frozenset({"index"})),
        release,
        index=IN_USE,
        amd=IN_USE,
    )
    assert taken["amd"].goes
    assert taken["index"].taken_in


def test_what_two_indexes_list_stays_with_one_of_them() -> None:
    rows = [image("a", "v1", index=True), image("b", "v2", index=True), image("shared")]
    read = [index_of("a", ["shared"]), index_of("b", ["shared"])]
    fates = judged(rows, Choice(named=frozenset({"a"})), *read)
    assert fates["a"].goes
    assert (fates["shared"].goes, fates["shared"].why) == (False, Why.HELD)
    assert fates["shared"].of == ("b",)
    both = judged(rows, Choice(named=frozenset({"a", "b"})), *read)
    assert both["shared"].goes


def test_a_child_that_is_named_stays_while_its_index_does() -> None:
    rows = [image("a", "v1", index=True), image("child", "v1-amd64")]
    fates = judged(rows, Choice(named=frozenset({"child"})), index_of("a", ["child"]))
    assert (fates["child"].why, fates["child"].of) == (Why.HELD, ("a",))
    whole = judged(rows, Choice(named=frozenset({"a"})), index_of("a", ["child"]))
    assert (whole["child"].why, whole["child"].tag) == (Why.OWN_TAG, "v1-amd64")


def test_untagged_images_stay_until_indexes_are_read() -> None:
    rows = [image("a", "v1", index=True), image("child"), image("loose")]
    choice = Choice(rules=Rules(untagged=True))
    assert {one.why for one in judged(rows, choice).values()} == {Why.TAGGED, Why.MAY_BELONG}
    fates = judged(rows, choice, index_of("a", ["child"]))
    assert [digest for digest, fate in fates.items() if fate.goes] == ["loose"]
    assert fates["child"].why is Why.PART


def test_a_signature_of_what_stays_is_not_untagged_rubbish() -> None:
    cosign = f"sha256-{DIGESTS[0][7:]}.sig"
    rows = [
        image(DIGESTS[0], "v1"),
        image("sig", subject=DIGESTS[0]),
        image("tagged", cosign),
        image("orphan", subject="gone"),
    ]
    fates = judged(rows, Choice(rules=Rules(older_than=10.0, keep=("v1",))))
    assert [digest for digest, fate in fates.items() if fate.goes] == ["orphan"]
    assert fates["sig"].why is fates["tagged"].why is Why.SUBJECT_STAYS
    gone = judged(rows, Choice(named=frozenset({DIGESTS[0]})))
    assert gone["sig"].goes
    assert gone["tagged"].goes


def test_an_image_goes_only_when_all_its_tags_are_meant() -> None:
    rows = [image("a", "pr-1"), image("b", "pr-2", "prod")]
    fates = judged(rows, Choice(rules=Rules(tags=("pr-*",))))
    assert fates["a"].goes
    assert (fates["b"].why, fates["b"].tag) == (Why.OTHER_TAG, "prod")


def test_nobody_looked_is_unknown() -> None:
    found = relations([image("a", "v1")], lambda _: None)
    fates = judge(found, {}, Choice(named=frozenset({"a"})), NOW)
    assert fates["a"].why is Why.UNKNOWN
    assert fates["a"].to_be_named
