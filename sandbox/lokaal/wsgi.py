"""The site as `make run` serves it: what `webapp` makes, and in a sandbox the pages of practice in front of it."""

import os

from sandbox import proef
from sandbox.lokaal.forward import Forward
from sandbox.lokaal.ports import HOST
from webapp import create_app
from webapp.logs import configure_logging
from webapp.start import begin

configure_logging("web")
settings = begin(os.environ)
app = create_app(settings)
if settings.is_sandbox:
    proef.init_app(app)
    for name, naam in (("parnassys", "ParnasSys"), ("bestuur", "Het bestuur")):
        app.wsgi_app = Forward(  # type: ignore[method-assign]  # the way Flask documents
            app.wsgi_app, prefix=f"/sandbox/{name}", host=HOST, port=int(os.environ[f"{name.upper()}_PORT"]), naam=naam
        )
