"""A page that does not say what happens is reported with its line, what it shows and what is printed."""

import pytest

from tests.docs.page_run import fault_in
from tests.docs.reader import Reader

pytestmark = pytest.mark.slow

RIGHT = """\
```console
$ wattif serve --scenario empty
Wattif 0.0.0: world default, scenario empty, seed 1, …
Wattif is ready on http://127.0.0.1:8000
$ url=http://localhost:8000
$ curl $url/v1/charging_sessions/cs_1 -H 'Authorization: Bearer ch_sk_test_...'
{"code":"charging_session_not_found",…
```

```python title="names.py"
import json, sys, urllib.request

with urllib.request.urlopen("http://127.0.0.1:8000/_sandbox/v1/worlds") as answer:
    print([world["name"] for world in json.load(answer)["worlds"]], *sys.argv[1:])
```

```console
$ python names.py "$url"
['default', 'documented'] http://localhost:8000
$ wattif worlds create 'two words'
…name…
```

```python
def test_page():
    assert True
```
"""


def test_right_page_has_no_fault(reader: Reader) -> None:
    """Servers, variables, files, programs and Python work as in a reader's shell, on ports of their own."""
    assert (fault_in(RIGHT, reader) or "no fault") == "no fault"


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (
            "\n```console\n$ echo 2\n1\n```",
            "line 3: $ echo 2\nThe page shows (-), and it prints (+):\n- 1\n+ 2",
        ),
        ("```console\n$ false\n```", "line 2: $ false\nIt fails with exit code 1:\n"),
        ("```console\n$ false\n…\n```", "line 2: $ false\nIt fails with exit code 1:\n"),
        ("```console\n$ exit 3\n```", "line 2: $ exit 3\nIt fails with exit code -1:\nThe shell has ended."),
        (
            '```python title="test_it.py"\ndef test_it():\n    assert 1 == 2\n```',
            "line 2: $ pytest -q test_it.py\nIt fails",
        ),
        ("```python\nprint(missing)\n```", "line 2: $ python block_2.py\nIt fails with exit code 1:\nTraceback"),
    ],
)
def test_wrong_page_is_reported(page: str, fault: str, reader: Reader) -> None:
    """The report begins with the line and what was typed there."""
    assert (fault_in(page, reader) or "").startswith(fault)
