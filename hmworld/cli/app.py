"""The command's entry: every subcommand, errors into messages and exit codes."""

import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

import hmworld
from hmworld.cli import (
    catalog,
    doctor,
    engine,
    export,
    generate,
    import_hm_world,
    inspect,
    merge,
    plan,
    publish,
    render_part,
    report,
    status,
    validate,
    vary,
    view,
    worker,
)
from hmworld.errors import HMWorldError, RecipeError, UsageError

GOOD, BAD, USAGE = 0, 1, 2

app = App(
    name="hmworld",
    version=hmworld.__version__,
    help="Make, check and read video datasets in which moving subjects leave the picture and come back.",
    suppress_keyboard_interrupt=False,  # it is told below what to do next
)
app.command(generate.demo)
app.command(plan.plan)
app.command(generate.generate)
app.command(vary.vary)
app.command(status.status)
app.command(render_part.render_part)
app.command(worker.pause)
app.command(worker.resume)
app.command(worker.stop)
app.command(worker.worker)
app.command(worker.slots)
app.command(validate.validate)
app.command(inspect.inspect)
app.command(report.report)
app.command(view.view)
app.command(merge.merge)
app.command(publish.publish)
app.command(export.export)
app.command(import_hm_world.import_hm_world)
app.command(catalog.app)
app.command(doctor.doctor)
app.command(engine.app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code."""
    tokens = list(sys.argv[1:] if arguments is None else arguments)
    try:
        result = app(tokens or ["--help"], exit_on_error=False, print_error=True, result_action="return_value")
    except CycloptsError:
        return USAGE  # cyclopts has said what is wrong
    except (UsageError, RecipeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return USAGE
    except HMWorldError as error:
        print(f"error: {error}", file=sys.stderr)
        return BAD
    except BrokenPipeError:
        # The reader of our output went away, as `| head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD
    except OSError as error:
        print(f"error: {error.filename or 'a file'}: {error.strerror or error}", file=sys.stderr)
        return BAD
    except KeyboardInterrupt:
        print("\nstopped; run the same command again to go on where it was", file=sys.stderr)
        return BAD
    return result if isinstance(result, int) else GOOD
