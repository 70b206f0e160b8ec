import asyncio
import concurrent.futures

import lksearch_rs
import pytest


def test_searches_wait_side_by_side(client):
    async def ask():
        aio = client.aio
        numbers = range(1, 4)
        return await asyncio.gather(*(aio.search("TOI 1161", sector=14, kind="timeseries", limit=n) for n in numbers))

    assert [len(found) for found in asyncio.run(ask())] == [1, 2, 3]


def test_errors_are_raised_where_they_are_awaited(client):
    async def ask():
        await lksearch_rs.AsyncClient(client).search("TOI 1161", query="nothing == 1")

    with pytest.raises(lksearch_rs.InvalidQueryError, match="nothing"):
        asyncio.run(ask())


def test_what_is_cancelled_stops(tmp_path):
    with lksearch_rs.sandbox(latency=0.3) as slow:
        client = slow.client(cache_dir=tmp_path)

        async def ask():
            task = asyncio.ensure_future(client.aio.search("TOI 1161"))
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.sleep(0.4)
            return slow.count()

        assert asyncio.run(ask()) <= 2


def test_rows_come_while_a_download_runs(client):
    async def ask():
        aio = client.aio
        found = await aio.search("TOI 1161", sector=14, kind="timeseries")
        rows = [row async for row in aio.iter_download(found)]
        manifest = await aio.download(found)
        file = await aio.open(manifest.paths[0])
        return rows, manifest, len(file)

    rows, manifest, num_hdus = asyncio.run(ask())
    assert sorted(row["Local Path"] for row in rows) == sorted(manifest.paths)
    assert num_hdus >= 2


def test_a_loop_that_ends_first_leaves_nothing_behind(tmp_path):
    with lksearch_rs.sandbox(latency=0.2) as slow:
        client = slow.client(cache_dir=tmp_path)

        async def begin():
            asyncio.ensure_future(client.aio.search("TOI 1161"))
            await asyncio.sleep(0.05)

        closed = asyncio.new_event_loop()
        closed.run_until_complete(begin())
        closed.close()
        asyncio.run(begin())
        assert len(client.search("TOI 1161", sector=14, limit=1)) == 1


def test_threads_with_loops_of_their_own_share_a_client(client):
    async def ask():
        return [len(found) for found in await asyncio.gather(*(client.aio.search("TOI 1161", sector=14, limit=n) for n in (1, 2)))]

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda _: asyncio.run(ask()), range(2))) == [[1, 2], [1, 2]]
