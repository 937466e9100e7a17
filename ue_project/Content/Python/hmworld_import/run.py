"""What the editor executes: answers one request with one dump. `hmworld catalog from-unreal` writes the request and waits for the dump."""

import traceback

import unreal

from hmworld_import.assets import import_files, wait_for_assets
from hmworld_import.characters import collect_characters
from hmworld_import.dump import Dump
from hmworld_import.maps import collect_maps
from hmworld_import.request import folder, read_request


def main() -> None:
    """Collect all that the request names."""
    request = read_request()
    dump = Dump(folder(), request.id)
    try:
        wait_for_assets()
        collect_characters(request, import_files(request.files, dump), dump)
        collect_maps(request, dump)
    except Exception as error:  # told in the dump, for nobody reads the editor's log
        dump.problem(f"the content scripts stopped: {type(error).__name__}: {error}")
        unreal.log_error(traceback.format_exc())
    dump.write()


if __name__ == "__main__":
    main()
