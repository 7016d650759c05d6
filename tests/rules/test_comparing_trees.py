"""What differs between two JSON documents, value by value."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.comparing.reading import Incomparable
from workflows.comparing.trees import compare, read

plain = (
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats(-2, 2) | st.text("a/~0", max_size=2)
)
objects = st.recursive(plain, lambda inner: st.dictionaries(st.text("ab/~", max_size=2), inner))
trees = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(["id", "a/b", "c~d", ""]), inner)
        | st.lists(st.fixed_dictionaries({"id": st.integers(0, 4), "v": inner}), max_size=4)
    ),
    max_leaves=12,
)


def changes(old: Any, new: Any) -> list[tuple[str, str, Any, Any]]:
    found = compare(old, new)["changes"]
    return [(one["path"], one["change"], one["from"], one["to"]) for one in found]


def written(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def at(tree: Any, path: str) -> Any:
    """What a JSON Pointer leads to (RFC 6901)."""
    for word in path.split("/")[1:]:
        name = word.replace("~1", "/").replace("~0", "~")
        tree = tree[int(name)] if isinstance(tree, list) else tree[name]
    return tree


def applied(tree: Any, found: list[tuple[str, str, Any, Any]]) -> Any:
    """A tree of objects with the changes made in it."""
    tree = json.loads(json.dumps(tree))
    for path, change, _, to in found:
        if not path:
            return to
        parent, _, name = path.rpartition("/")
        place, key = at(tree, parent), name.replace("~1", "/").replace("~0", "~")
        if change == "removed":
            del place[key]
        else:
            place[key] = to
    return tree


def test_values_are_added_removed_and_changed() -> None:
    old = {"title": "Gear", "pages": 4, "notes": {"by": "ada"}}
    new = {"title": "Gear and Tools", "notes": {"by": "ada", "on": "Monday"}}
    assert changes(old, new) == [
        ("/title", "changed", "Gear", "Gear and Tools"),
        ("/notes/on", "added", None, "Monday"),
        ("/pages", "removed", 4, None),
    ]


def test_slashes_and_tildes_in_names_are_escaped() -> None:
    assert changes({"a/b~c": 1}, {"a/b~c": 2}) == [("/a~1b~0c", "changed", 1, 2)]


@pytest.mark.parametrize(
    ("old", "new"), [(1, 1.0), (1, True), (0, False), (None, 0), ("1", 1), ({}, [])]
)
def test_what_is_written_otherwise_differs(old: Any, new: Any) -> None:
    assert changes({"a": old}, {"a": new}) == [("/a", "changed", old, new)]
    assert changes([old], [new]) == [("/0", "changed", old, new)]


def test_the_order_of_names_does_not_matter() -> None:
    assert changes({"a": 1, "b": [{"c": 1, "d": 2}]}, {"b": [{"d": 2, "c": 1}], "a": 1}) == []


@pytest.mark.parametrize("name", ["key", "id", "slug", "name"])
def test_objects_in_a_list_are_known_by_their_name(name: str) -> None:
    old = [{name: "a", "v": 1}, {name: "b", "v": 1}, {name: "c", "v": 1}]
    new = [{name: "z", "v": 0}, {name: "a", "v": 1}, {name: "c", "v": 2}]
    assert changes(old, new) == [
        ("/0", "added", None, {name: "z", "v": 0}),
        ("/2/v", "changed", 1, 2),
        ("/1", "removed", {name: "b", "v": 1}, None),
    ]


def test_a_named_object_that_left_its_place_is_moved_and_looked_into() -> None:
    old = [{"id": 1}, {"id": 2}, {"id": 3, "v": "x"}]
    new = [{"id": 3, "v": "y"}, {"id": 1}, {"id": 2}]
    assert changes(old, new) == [("/0", "moved", "/2", "/0"), ("/0/v", "changed", "x", "y")]


def test_names_that_occur_twice_tell_nothing_apart() -> None:
    old = [{"id": 1, "v": 1}, {"id": 1, "v": 2}]
    assert changes(old, [{"id": 1, "v": 1}, {"id": 1, "v": 3}]) == [("/1/v", "changed", 2, 3)]


def test_an_item_put_before_others_leaves_them_as_they_are() -> None:
    assert changes([1, 2, 3], [0, 1, 2, 3]) == [("/0", "added", None, 0)]
    assert changes(["a", "b", "c"], ["a", "c"]) == [("/1", "removed", "b", None)]


@given(trees)
def test_a_tree_does_not_differ_from_itself(tree: Any) -> None:
    assert compare(tree, json.loads(json.dumps(tree))) == {"changes": []}


@given(trees, trees)
def test_trees_that_are_written_otherwise_differ(old: Any, new: Any) -> None:
    assert bool(changes(old, new)) == (written(old) != written(new))


@given(trees, trees)
def test_every_path_leads_to_what_is_told(old: Any, new: Any) -> None:
    for path, change, was, now in changes(old, new):
        if change == "removed":
            assert written(at(old, path)) == written(was)
        elif change == "moved":
            assert at(old, was)["id"] == at(new, now)["id"]
        else:
            assert written(at(new, path)) == written(now)


@given(objects, objects)
def test_the_changes_made_in_the_old_tree_give_the_new_one(old: Any, new: Any) -> None:
    assert written(applied(old, changes(old, new))) == written(new)


@pytest.mark.parametrize("content", [b"{", b"", b'{"a": NaN}', b"\xff", b"[" * 100_000, b"1e999"])
def test_what_is_no_json_is_not_compared_as_json(content: bytes) -> None:
    with pytest.raises(Incomparable, match="it is not JSON"):
        read(content)


def test_what_is_nested_too_deeply_is_not_compared_as_a_tree() -> None:
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    with pytest.raises(Incomparable, match="nested too deeply"):
        compare(deep, [deep])
