"""The page of a dataset: an HTML page with tables, players and maps, as a folder that works from `file://` or served on loopback.

`build` makes the page, `table` the table of all clips, `clip` and `stills` what is shown of one. `write` puts them into a folder that
`parts` puts in its place, `serve` answers requests with them. The page itself, plain HTML, CSS and JavaScript, lies in `templates/page`.
Data comes as scripts that call a function, because a browser reads no other data from `file://`. Everything in a dataset counts as a
stranger's: names and captions reach the page as text, never as markup, and an id that is not safe in a path is refused.
"""

from hmworld.report.page.build import Verdict
from hmworld.report.page.choose import choose
from hmworld.report.page.clip import CheckLine
from hmworld.report.page.serve import PageServer
from hmworld.report.page.write import check_place, write_report

__all__ = ["CheckLine", "PageServer", "Verdict", "check_place", "choose", "write_report"]
