#!/usr/bin/env python3
# Rows of the benchmark in Python, to be set beside those of rt-bench; run by
# runtime/bench/run, one line of output a row. `asyncio_rows.py echo PORT timed` is
# the echo server of echo.hpp ("timed" is "true" for a time-out on each read).
"""The rows of rt-bench in Python's asyncio, nanoseconds an operation.

Decides: the same operations, one line each, as `name value`. Must not: be read
as a verdict on Python; it says how far an interpreter is from a compiled loop.
"""
import asyncio
import concurrent.futures
import sys
import time


async def leaf(i):
    return i


async def timed(name, n, body):
    begin = time.perf_counter_ns()
    await body(n)
    print(f"{name} {(time.perf_counter_ns() - begin) / n:.0f}")


async def call(n):
    for _ in range(n):
        await leaf(1)


async def yields(n):
    for _ in range(n):
        await asyncio.sleep(0)


async def spawn(n):
    for _ in range(n // 100):
        async with asyncio.TaskGroup() as group:
            for _ in range(100):
                group.create_task(leaf(1))


async def channel(n):
    queue = asyncio.Queue(64)

    async def produce():
        for i in range(n):
            await queue.put(i)

    async with asyncio.TaskGroup() as group:
        group.create_task(produce())
        for _ in range(n):
            await queue.get()


async def timeouts(n):
    for _ in range(n):
        async with asyncio.timeout(30):
            await asyncio.sleep(0)


async def sleeps(n):
    async with asyncio.TaskGroup() as group:
        for _ in range(n):
            group.create_task(asyncio.sleep(0.001))


async def offload(n):
    loop = asyncio.get_running_loop()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        for _ in range(n):
            await loop.run_in_executor(pool, int)


def same(data):
    return data


async def processes():
    loop = asyncio.get_running_loop()
    big = bytes(1 << 20)
    with concurrent.futures.ProcessPoolExecutor(1) as pool:

        async def calls(n, argument):
            for _ in range(n):
                await loop.run_in_executor(pool, same, argument)

        await calls(1, 1)  # starts the worker
        await timed("process", 1_000, lambda n: calls(n, 1))
        await timed("megabyte", 100, lambda n: calls(n, big))


async def echo(limited, reader, writer):
    try:
        while True:
            if limited:
                async with asyncio.timeout(30):
                    data = await reader.read(1024)
            else:
                data = await reader.read(1024)
            if not data:
                break
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    writer.close()


async def serve(port, limited):
    server = await asyncio.start_server(lambda r, w: echo(limited, r, w), "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


async def main():
    await timed("call", 200_000, call)
    await timed("yield", 50_000, yields)
    await timed("spawn", 20_000, spawn)
    await timed("channel", 50_000, channel)
    await timed("timeout", 20_000, timeouts)
    await timed("sleeps", 20_000, sleeps)
    await timed("offload", 3_000, offload)
    await processes()


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "echo":
        asyncio.run(serve(int(sys.argv[2]), sys.argv[3] == "true"))
    asyncio.run(main())
