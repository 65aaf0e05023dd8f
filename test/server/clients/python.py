"""Drives servers through a Python client: a JSON list of jobs on stdin, a JSON list of what was seen on stdout.

Argument: `mcp` for the SDK, `fastmcp` for FastMCP. A job has `era`, `over`, and `url` or `command`.
"""

import asyncio
import contextlib
import json
import sys

CALL = ("list_resources", {"kind": "deploy", "namespace": "shop"})


def seen(revision, tools, result):
    return {
        "revision": str(revision),
        "tools": len(tools),
        "text": "\n".join(part.text for part in result.content if part.type == "text"),
    }


async def with_session(job):
    """The way of every release of the SDK."""
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.sse import sse_client
    from mcp.client.stdio import stdio_client

    if job["over"] == "stdio":
        program, *args = job["command"]
        streams = stdio_client(StdioServerParameters(command=program, args=args))
    elif job["over"] == "SSE":
        streams = sse_client(job["url"])
    else:
        from mcp.client import streamable_http

        connect = getattr(streamable_http, "streamable_http_client", None) or streamable_http.streamablehttp_client
        streams = connect(job["url"])
    async with streams as opened, ClientSession(opened[0], opened[1]) as session:
        begun = await session.initialize()
        revision = getattr(begun, "protocol_version", None) or begun.protocolVersion
        return seen(revision, (await session.list_tools()).tools, await session.call_tool(*CALL))


async def with_client(job):
    """The way of the SDK from 2.0 on."""
    from mcp import Client, StdioServerParameters

    place = job.get("url")
    if place is None:
        program, *args = job["command"]
        place = StdioServerParameters(command=program, args=args)
    async with Client(place, mode=job["revision"]) as client:
        return seen(client.protocol_version, (await client.list_tools()).tools, await client.call_tool(*CALL))


async def with_fastmcp(job):
    from fastmcp import Client
    from fastmcp.client.transports import SSETransport, StdioTransport, StreamableHttpTransport

    if job["over"] == "stdio":
        program, *args = job["command"]
        transport = StdioTransport(program, args, keep_alive=False)
    else:
        transport = (SSETransport if job["over"] == "SSE" else StreamableHttpTransport)(job["url"])
    async with Client(transport, mode=job["revision"] if job["era"] == "modern" else "legacy") as client:
        return seen(client.session.protocol_version, await client.list_tools(), await client.call_tool(*CALL))


async def main():
    jobs = json.load(sys.stdin)
    results = []
    for job in jobs:
        drive = with_fastmcp if sys.argv[1] == "fastmcp" else with_client if job["era"] == "modern" else with_session
        # Whatever a client prints is not an answer.
        with contextlib.redirect_stdout(sys.stderr):
            results.append(await asyncio.wait_for(drive(job), 60))
    print(json.dumps(results))


asyncio.run(main())
