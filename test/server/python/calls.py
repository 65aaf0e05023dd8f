"""Calls tools through the Python SDK, as Dify does: one JSON call a line on stdin, one JSON answer a line on stdout.

Arguments: the URL, `sse` or `streamable-http`, and a bearer token or nothing. A session that is lost is begun anew.
"""

import asyncio
import contextlib
import json
import sys

import mcp
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client


class Caller:
    def __init__(self, url, transport, token):
        self.url = url
        self.transport = transport
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.stack = None
        self.session = None

    async def open(self):
        self.stack = contextlib.AsyncExitStack()
        if self.transport == "sse":
            streams = await self.stack.enter_async_context(sse_client(self.url, headers=self.headers))
        else:
            client = await self.stack.enter_async_context(create_mcp_http_client(headers=self.headers))
            streams = await self.stack.enter_async_context(streamable_http_client(self.url, http_client=client))
        self.session = await self.stack.enter_async_context(mcp.ClientSession(streams[0], streams[1]))
        await self.session.initialize()

    async def close(self):
        stack, self.stack, self.session = self.stack, None, None
        if stack:
            with contextlib.suppress(BaseException):
                await stack.aclose()

    async def ask(self, name, arguments):
        if self.session is None:
            await self.open()
        if name == "tools/list":
            return {"text": " ".join(tool.name for tool in (await self.session.list_tools()).tools), "error": False}
        result = await asyncio.wait_for(self.session.call_tool(name, arguments), 20)
        error = getattr(result, "is_error", None) or getattr(result, "isError", False)
        return {"text": "\n".join(part.text for part in result.content if part.type == "text"), "error": error}


async def answer(caller, line):
    call = json.loads(line)
    for attempt in range(2):
        try:
            return await caller.ask(call["name"], call.get("arguments", {}))
        except BaseException as error:
            await caller.close()
            if attempt == 1:
                return {"text": f"{type(error).__name__}: {error}", "error": True}


async def main():
    caller = Caller(*sys.argv[1:4]) if len(sys.argv) > 3 else Caller(*sys.argv[1:3], "")
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await answer(caller, line)), flush=True)
    await caller.close()


asyncio.run(main())
