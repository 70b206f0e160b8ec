"""Points the unmodified Python clients at the sandbox. Import `point_at` and call it before the clients are imported.

The clients read environment, home and addresses when they are imported; two addresses are written into astroquery's
functions, so the redirection happens where all its requests pass. A request to anywhere else is an error.
"""

import os
import tempfile
import warnings

import scratch  # noqa: F401

HOSTS = ["https://mast.stsci.edu", "http://mastresolver.stsci.edu", "https://mastresolver.stsci.edu"]


def point_at(sandbox):
    """Sends all requests of this process to the sandbox, and gives back a home folder of its own, which keeps the user's files out."""
    home = tempfile.mkdtemp(prefix="home-")
    for name in ["XDG_CONFIG_HOME", "XDG_CACHE_HOME"]:
        os.environ.pop(name, None)
    os.environ.update(
        HOME=home,
        AWS_ENDPOINT_URL=sandbox,
        AWS_ENDPOINT_URL_S3=sandbox,
        AWS_DEFAULT_REGION="us-east-1",
        AWS_EC2_METADATA_DISABLED="true",
        NO_PROXY="127.0.0.1,localhost",
    )
    warnings.simplefilter("ignore")

    import requests

    request = requests.Session.request

    def redirected(self, method, url, *args, **kwargs):
        for host in HOSTS:
            if url.startswith(host + "/"):
                url = sandbox + url[len(host) :]
        if not url.startswith(sandbox):
            raise AssertionError(f"a request went elsewhere: {url}")
        return request(self, method, url, *args, **kwargs)

    requests.Session.request = redirected

    from astropy.utils import iers

    iers.conf.auto_download = False
    return home
