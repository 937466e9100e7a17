"""Every command of a whole run, recorded between the driver and an engine with `--strict-5.2`, held against what the plugin takes.

    PYTHONPATH=.:tests/engine python benchmarks/replay.py [--recipe demo] [--json]

Needs the development extras; exits 1 where a command is not legal or the run fails.
"""

import argparse
import subprocess
import sys
import tempfile

from common import last_line, machine, table
from faulty import Proxy
from legal import violations
from test_strict_run import BY_THE_CLIENT

from hmworld.engine import launch_embedded


def main() -> int:
    """Run, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="demo")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    print(machine())
    with (
        tempfile.TemporaryDirectory() as folder,
        launch_embedded(2, strict=True) as process,
        Proxy(("127.0.0.1", process.address.port), "none", "never sent") as proxy,
    ):
        generate = ["generate", options.recipe, "--engine", "unreal", "--port", str(proxy.port), "--out", f"{folder}/dataset"]
        code = subprocess.run([sys.executable, "-c", "from hmworld.cli import main; main()", *generate], check=False).returncode
        sent = [command for command in proxy.commands if command != BY_THE_CLIENT]
        by_client = len(proxy.commands) - len(sent)
    wrong = violations(sent)
    rows = [("commands of the driver", len(sent), ""), ("not legal", len(wrong), "; ".join(wrong[:3]))]
    rows += [("longest, bytes", max(map(len, sent)), ""), (f"{BY_THE_CLIENT}, by the client", by_client, "not of 5.2")]
    table(f"replay of {options.recipe}", rows)
    last_line(options.json, {"commands": len(sent), "illegal": len(wrong), "longest_bytes": max(map(len, sent))})
    return 1 if wrong or code else 0


if __name__ == "__main__":
    sys.exit(main())
