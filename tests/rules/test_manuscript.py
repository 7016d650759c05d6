"""What a folder holds as a manuscript, and what is refused."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.chapter_text import title_of, word_count
from books.errors import Invalid, TooLarge
from books.manuscript import content_digest, read
from tests.factories import write_folder


def slugs(folder: Path) -> list[str]:
    return [chapter.slug for chapter in read(folder).chapters]


def test_chapters_come_in_natural_order(tmp_path: Path) -> None:
    names = ["10-j.md", "02-b.md", "01.5-quick.md", "01-a.md", "9-i.md"]
    write_folder(tmp_path, dict.fromkeys(names, ""))
    assert slugs(tmp_path) == ["01-a", "01.5-quick", "02-b", "9-i", "10-j"]


@pytest.mark.parametrize("mark", ["-", "_", " ", ""])
def test_a_half_number_stands_between_its_neighbours(tmp_path: Path, mark: str) -> None:
    write_folder(tmp_path, {f"{n}{mark}{'x' if mark else ''}.md": "" for n in ("02", "01", "01.5")})
    assert [slug[:4].rstrip("-_ x") for slug in slugs(tmp_path)] == ["01", "01.5", "02"]


def test_folders_are_ordered_naturally_too(tmp_path: Path) -> None:
    write_folder(tmp_path, dict.fromkeys(["part10/1.md", "part2/1.md", "part2/b/3.md"], ""))
    assert slugs(tmp_path) == ["part2--1", "part2--b--3", "part10--1"]


def test_readme_summary_and_underscored_names_are_assets(tmp_path: Path) -> None:
    others = ["README.md", "SUMMARY.md", "_notes.md", "_drafts/x.md", "part/README.md"]
    write_folder(tmp_path, dict.fromkeys(["1.md", "house-style.toml", *others], ""))
    manuscript = read(tmp_path)
    assert [chapter.path for chapter in manuscript.chapters] == ["1.md"]
    assert [asset.path for asset in manuscript.assets] == sorted(["house-style.toml", *others])


def test_names_with_a_leading_dot_are_skipped(tmp_path: Path) -> None:
    write_folder(tmp_path, dict.fromkeys(["1.md", ".git/x.md", ".DS_Store", "a/.b/c.png"], ""))
    manuscript = read(tmp_path)
    assert (len(manuscript.chapters), manuscript.assets) == (1, [])


def test_summary_gives_the_order_and_the_unlinked_follow(tmp_path: Path) -> None:
    summary = """# Summary
    - [End](10.md#top) [again](10.md) [site](https://example.com/x.md) ![art](gone.png)
      - [Spaced](<part/a b.md>) [Draft]() <!-- [old](gone.md) -->
      - [Coded](part/c%20(d).md "title") [Notes](_notes.md) [Folder](part/)
    """
    files = ["10.md", "2.md", "1.md", "part/a b.md", "part/c (d).md", "_notes.md"]
    write_folder(tmp_path, {**dict.fromkeys(files, ""), "SUMMARY.md": summary})
    assert slugs(tmp_path) == ["10", "part--a b", "part--c (d)", "1", "2"]


@pytest.mark.parametrize(
    ("link", "complaint"),
    [
        ("gone.md", "SUMMARY.md links to gone.md, which is missing"),
        ("../x.md", "SUMMARY.md links to ../x.md, which is outside the folder"),
        ("/etc/x.md", "SUMMARY.md links to /etc/x.md, which is outside the folder"),
    ],
)
def test_a_summary_that_links_nowhere_is_refused(tmp_path: Path, link: str, complaint: str) -> None:
    write_folder(tmp_path, {"1.md": "", "SUMMARY.md": f"[x]({link})"})
    with pytest.raises(Invalid, match=complaint):
        read(tmp_path)


def test_text_and_digest_are_those_of_the_bytes(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf# T\xc3\xa4st\r\n\r\nno end"
    write_folder(tmp_path, {"1.md": content})
    chapter = read(tmp_path).chapters[0]
    assert chapter.text.encode() == content
    assert chapter.digest == hashlib.sha256(content).hexdigest()
    assert (chapter.title, chapter.words) == ("Täst", 4)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_text_is_read_back_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = write_folder(tmp_path_factory.mktemp("any"), {"1.md": text})
    assert read(folder).chapters[0].text == text


def test_the_digest_covers_order_paths_and_assets(tmp_path: Path) -> None:
    files = {"1.md": "a", "2.md": "b", "map.svg": "c"}
    variants = [
        files,
        {**files, "SUMMARY.md": "[b](2.md)"},
        {**files, "SUMMARY.md": "[a](1.md)"},
        {"1.md": "b", "2.md": "a", "map.svg": "c"},
        {"1.md": "a", "2.md": "b", "maps.svg": "c"},
        {"1.md": "a", "2.md": "b", "map.svg": "d"},
    ]
    digests = {
        read(write_folder(tmp_path / str(n), variant)).digest for n, variant in enumerate(variants)
    }
    assert len(digests) == len(variants)
    again = read(write_folder(tmp_path / "again", files))
    assert again.digest == read(tmp_path / "0").digest
    assert again.digest != content_digest(reversed(again.chapters), again.assets)


def test_media_types_do_not_depend_on_the_machine(tmp_path: Path) -> None:
    write_folder(tmp_path, dict.fromkeys(["1.md", "a.svg", "b.webp", "c.zzz", "d.toml"], ""))
    kinds = [asset.media_type for asset in read(tmp_path).assets]
    assert kinds == ["image/svg+xml", "image/webp", "application/octet-stream", "application/toml"]


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"README.md": "x"}, "has no chapter"),
        ({"1.md": b"ab\xff"}, "1.md is not UTF-8: byte 0xff at offset 2"),
        ({"1.md": b"a\0"}, "1.md has a NUL character: byte 0x00 at offset 1"),
        ({"a/b.md": "", "a--b.md": ""}, 'a--b.md and a/b.md would both be chapter "a--b"'),
        ({"1.md": "", "SUMMARY.md": b"\xff"}, "SUMMARY.md is not UTF-8"),
    ],
)
def test_a_bad_folder_is_refused_in_one_line(
    tmp_path: Path, files: dict[str, str | bytes], complaint: str
) -> None:
    write_folder(tmp_path, files)
    with pytest.raises(Invalid, match=complaint) as caught:
        read(tmp_path)
    assert "\n" not in str(caught.value)


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    write_folder(tmp_path, {"file.md": ""})
    with pytest.raises(Invalid, match=r"no folder .*gone"):
        read(tmp_path / "gone")
    with pytest.raises(Invalid, match="is not a folder"):
        read(tmp_path / "file.md")


def test_equal_paths_but_for_case_are_two_chapters(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.md": "1", "A.md": "2"})
    assert sorted(slugs(tmp_path)) == ["A", "a"]


def test_limits_name_the_file(tmp_path: Path, settings: object) -> None:
    write_folder(tmp_path, {"1.md": "12345", "map.png": "1234567"})
    settings.BINDERY_MAX_CHAPTER_BYTES = 4  # type: ignore[attr-defined]
    with pytest.raises(TooLarge, match=r"1\.md has 5 bytes; the limit is 4"):
        read(tmp_path)
    settings.BINDERY_MAX_CHAPTER_BYTES = 5  # type: ignore[attr-defined]
    settings.BINDERY_MAX_UPLOAD_BYTES = 6  # type: ignore[attr-defined]
    with pytest.raises(TooLarge, match=r"map\.png has 7 bytes; the limit is 6"):
        read(tmp_path)


def test_links_inside_the_folder_are_followed(tmp_path: Path) -> None:
    write_folder(tmp_path, {"1.md": "one", "art/map.svg": "map"})
    (tmp_path / "2.md").symlink_to("1.md")
    (tmp_path / "maps").symlink_to("art")
    manuscript = read(tmp_path)
    assert [chapter.text for chapter in manuscript.chapters] == ["one", "one"]
    assert [asset.path for asset in manuscript.assets] == ["art/map.svg", "maps/map.svg"]


@pytest.mark.parametrize(
    ("target", "complaint"),
    [
        ("../secret.md", "2.md is a link that leaves the folder"),
        ("gone.md", "cannot read 2.md: No such file"),
        ("2.md", "cannot read 2.md: Too many levels"),
        (".", "2.md is a link that leads back"),
    ],
)
def test_a_link_that_leads_astray_is_named(tmp_path: Path, target: str, complaint: str) -> None:
    write_folder(tmp_path, {"secret.md": "", "book/1.md": ""})
    (tmp_path / "book/2.md").symlink_to(target)
    with pytest.raises(Invalid, match=complaint):
        read(tmp_path / "book")


def test_two_folders_that_link_to_each_other_are_refused(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a/1.md": "", "b/1.md": ""})
    (tmp_path / "a/b").symlink_to("../b")
    (tmp_path / "b/a").symlink_to("../a")
    with pytest.raises(Invalid, match="leads back"):
        read(tmp_path)


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    write_folder(tmp_path, {"1.md": ""})
    os.mkfifo(tmp_path / "2.md")
    with pytest.raises(Invalid, match=r"2\.md is neither a file nor a folder"):
        read(tmp_path)


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    write_folder(tmp_path, {"1.md": ""})
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.md")).touch()
    with pytest.raises(Invalid, match="the file name is not UTF-8"):
        read(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    write_folder(tmp_path, {"1.md": ""})
    (tmp_path / "1.md").chmod(0)
    with pytest.raises(Invalid, match=r"cannot read 1\.md: Permission denied"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("## 2. *Core* Concepts ##\n", "2. Core Concepts"),
        ("```\n# no\n```\n# Yes {#yes}\n", "Yes"),
        ('---\ntitle: "Log"\n---\ntext\n', "Log"),
        ("---\ntitle: Log\n---\n# Session [Log](x.md)\n", "Session Log"),
        ("#hashtag\n#\n", "06 quick start"),
        ("", "06 quick start"),
    ],
)
def test_a_title_is_the_first_heading_or_the_name(text: str, title: str) -> None:
    assert title_of(text, "part/06-quick_start.md") == title


@given(st.text(st.sampled_from("ab \t\n\r\v\fé\u00a0")))
def test_words_are_what_stands_between_white_space(text: str) -> None:
    assert word_count(text) == len(text.encode().split())


def test_a_real_rulebook_is_read_in_order(razorweave: Path) -> None:
    found = slugs(razorweave / "1.3.0")
    assert [slug.split("--")[1][:4] for slug in found[:3]] == ["01-w", "01.5", "02-c"]
    assert sum(slug.startswith("chapters--") for slug in found) == 31
