"""A project of Django in a process of its own: its settings are those of the whole process."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

PROJECT: Final = """
import os, sys
import django
from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.secret import Secret
from strongroom.runtime.web.django import secret
from strongroom.runtime.web.service import Service

VALUE = os.environ.get("SECRET_KEY", "")

def leak(request, way):
    local = VALUE
    half = len(VALUE) // 2
    match way:
        case "raise": raise RuntimeError("bad key " + VALUE)
        case "local": raise RuntimeError("see the frames")
        case "body": return HttpResponse(VALUE)
        case "header": return HttpResponse("x", headers={"X-Why": VALUE, "Content-Length": "1"})
        case "stream": return StreamingHttpResponse(iter([VALUE[:half], VALUE[half:]]))
        case _: return HttpResponse(b"\\x00" + VALUE.encode(), content_type="image/png")

async def leak_later(request):
    async def pieces():
        yield VALUE[:9]
        yield VALUE[9:]
    return StreamingHttpResponse(pieces())

urlpatterns = [path("leak/<way>", leak), path("later", leak_later)]
GUARD = ["strongroom.runtime.web.django.middleware.Guard"]
settings.configure(
    DEBUG="DEBUG" in os.environ, ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"],
    DEBUG_PROPAGATE_EXCEPTIONS=False,
    INSTALLED_APPS=["strongroom.runtime.web.django"],
    MIDDLEWARE=[] if "UNGUARDED" in os.environ else GUARD,
    SECRET_KEY=secret("SECRET_KEY"),
    SHOP={"dsn": "postgresql://a:" + VALUE + "@db/x"},
    STRONGROOM=Service(["SECRET_KEY"]),
    SECURE_HSTS_SECONDS=3600,
)
django.setup()
from django.test import AsyncClient, Client
"""


def run(folder: Path, code: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    """Run `code` behind the project."""
    (folder / "project.py").write_text(f"{PROJECT}\n{code}\n")
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "project"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(folder), **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
