"""Blocks and commands of a page are found as their author means them."""

import pytest

from tests.docs.blocks import Command, PageError, blocks, commands

PAGE = """\
# A page

```console
$ curl -s http://localhost:8000/v1 \\
    -d '{"a": [
      1]}'   # a comment
{"ok":true}

$ cat <<END
> $ no command
> END
$ true
```

- In a list:

    ```python title="tests/test_it.py"
    def test_it(): ...
    ```

<!-- no-run: needs Docker -->

```console
$ docker compose up
```

```text
$ this is no console
```
"""


def test_every_block_is_found() -> None:
    """Each has its line, its language and text without the page's indentation, its file and its reason not to run."""
    found = [(it.line, it.language, it.file, it.no_run) for it in blocks(PAGE)]

    assert found == [
        (4, "console", None, None),
        (18, "python", "tests/test_it.py", None),
        (24, "console", None, "needs Docker"),
        (28, "text", None, None),
    ]
    assert [it.text for it in blocks(PAGE)][1] == "def test_it(): ..."


def test_commands_end_where_a_shell_ends_them() -> None:
    """A backslash, a quote and a here-document go on over lines; what follows until the next `$ ` is shown output."""
    [block, *_] = blocks(PAGE)

    assert list(commands(block)) == [
        Command(4, "curl -s http://localhost:8000/v1 \\\n    -d '{\"a\": [\n      1]}'   # a comment", '{"ok":true}'),
        Command(9, "cat <<END\n$ no command\nEND", ""),
        Command(12, "true", ""),
    ]


@pytest.mark.parametrize(
    "page", ["```console\nls\n```", "```console\n$ ls", "```console no-run: needs Docker\n$ docker ps\n```"]
)
def test_malformed_page_is_refused(page: str) -> None:
    """A console without a prompt, a block without an end, and a reason that would break the site are errors."""
    with pytest.raises(PageError):
        [list(commands(block)) for block in blocks(page)]
