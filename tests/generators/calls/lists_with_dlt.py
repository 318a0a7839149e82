"""Reads lists of Charge's with dlt, which follows the links of their pages. Prints the ids of each."""

import json
import sys

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator

URL, KEY, LIMIT, *PATHS = sys.argv[1:]


def main() -> None:
    client = RESTClient(
        base_url=URL,
        auth=BearerTokenAuth(token=KEY),
        paginator=JSONLinkPaginator(next_url_path="next_page_url"),
        data_selector="data",
    )
    told = {
        path: [[row["id"] for row in page] for page in client.paginate(path, params={"limit": LIMIT})] for path in PATHS
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
