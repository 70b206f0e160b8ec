"""What asyncio needs of a client's work."""

import asyncio


def settle(future, value, error):
    """Gives a future what came, in its event loop."""
    if future.done():
        return
    if error is None:
        future.set_result(value)
    else:
        future.set_exception(error)


async def rows(download):
    """The rows of a running download as they are done."""
    done = object()
    try:
        while (row := await asyncio.to_thread(next, download, done)) is not done:
            yield row
    finally:
        download.cancel()
