"""What `rolegate` and `python` are in scripts of the tests: they ask `ready_processes` to be the process.

It is started as `python -I -S ready_client.py SOCKET PYTHON TOOL ARGUMENT…` and imports next to nothing.
"""

import _socket as socket
import os
import sys


def main() -> int:
    """Hand everything over, wait, and end as the command ended; a new interpreter does what is not known."""
    place, python, tool, *arguments = sys.argv[1:]
    if arguments[:2] != ["-m", "rolegate_cli"] and not (arguments and arguments[0].endswith(".py")):
        os.execv(python, [python, *arguments])
    words = [str(len(arguments)), os.path.dirname(tool), *arguments]
    told = [*map(os.fsencode, words), os.getcwdb(), *(b"%b=%b" % entry for entry in os.environb.items())]
    message = b"\0".join(told)
    streams = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))
    ready = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    ready.connect(place)
    sent = ready.sendmsg([message], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
    ready.sendall(message[sent:])
    ready.shutdown(socket.SHUT_WR)
    return int(ready.recv(16) or b"255")


sys.exit(main())
