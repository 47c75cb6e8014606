"""Validates RO-Crates (folders and .zip files) with roc-validator and ro-crate-py: python scripts/validate-shared.py <crate>…

The context of RO-Crate 1.1 is taken from the package ro-crate-py instead of the network, so that the check needs nothing but PyPI.
Beyond the validators it checks that each file in the crate has the SHA-256 and size that the description states.
"""
import hashlib
import io
import sys
import tempfile
import zipfile
from importlib.resources import files
from pathlib import Path

from requests import Response
from requests.adapters import HTTPAdapter
from rocrate.rocrate import ROCrate
from rocrate_validator import models, services
from urllib3 import HTTPResponse

crate_context = (files("rocrate") / "data" / "ro-crate.jsonld").read_bytes()
send = HTTPAdapter.send


def answer(adapter, request, **options):
    """Answers a request for the context from the package; no other request is expected."""
    if request.url != "https://w3id.org/ro/crate/1.1/context":
        return send(adapter, request, **options)
    response = Response()
    response.status_code = 200
    response.url = request.url
    response.request = request
    response.headers["Content-Type"] = "application/ld+json"
    response.raw = HTTPResponse(body=io.BytesIO(crate_context), headers=response.headers, status=200, preload_content=False)
    return response


HTTPAdapter.send = answer


def check(crate: Path) -> list[str]:
    """Sentences about what is wrong with the crate in a folder."""
    problems = []
    # The profile includes the requirements of RO-Crate 1.1.
    result = services.validate(
        services.ValidationSettings(
            rocrate_uri=str(crate), profile_identifier="process-run-crate-0.5", requirement_severity=models.Severity.RECOMMENDED, no_cache=True
        )
    )
    for issue in result.get_issues():
        sentence = f"{issue.check.identifier} {issue.message}"
        # What a run cannot know, such as its author, is only recommended.
        problems.append(sentence) if issue.severity == models.Severity.REQUIRED else recommended.add(sentence)
    described = {each.id: each for each in ROCrate(crate).data_entities}
    paths = {str(path.relative_to(crate)) for path in crate.rglob("*") if path.is_file()} - {"ro-crate-metadata.json"}
    problems += [f"{path} is not described" for path in sorted(paths - set(described))]
    for path in sorted(paths & set(described)):
        data = (crate / path).read_bytes()
        if hashlib.sha256(data).hexdigest() != described[path]["sha256"]:
            problems.append(f"{path} has another SHA-256")
        if str(len(data)) != described[path]["contentSize"]:
            problems.append(f"{path} has another size")
    return problems


recommended: set[str] = set()
wrong = []
for name in sys.argv[1:]:
    with tempfile.TemporaryDirectory() as folder:
        crate = Path(name)
        if name.endswith(".zip"):
            zipfile.ZipFile(name).extractall(folder)
            crate = Path(folder)
        found = check(crate)
        wrong += found
        print(name, "is valid" if not found else "\n  ".join(["is not valid:", *found]))
for sentence in sorted(recommended):
    print("recommended:", sentence)
sys.exit(1 if wrong else 0)
