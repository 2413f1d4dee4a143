"""Joins the bills of materials of the functions' binaries into one, and adds the JavaScript packages. scripts/sbom.sh runs it."""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENDOR = ROOT / "functions" / "console" / "assets" / "vendor" / "VENDOR.json"
SWAGGER_UI = ROOT / "functions" / "docs" / "assets"


def of_functions(copy):
    """Returns the bill of each function's binary, by name, without the place of the copy."""
    place = re.compile(r"path\+file://" + re.escape(str(copy)) + "/")
    return {
        file.parent.name: json.loads(place.sub("path+file://./", file.read_text()))
        for file in sorted((copy / "functions").glob("*/*_bin.cdx.json"))
    }


def npm(name, version, licence):
    """Returns the component of an npm package."""
    purl = f"pkg:npm/{name.replace('@', '%40')}@{version}"
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "licenses": [{"expression": licence}], "purl": purl}


def javascript():
    """Returns the npm packages of each function that serves some."""
    vendored = [source for file in json.loads(VENDOR.read_text()).values() for source in file.get("from", [])]
    console = {(source["package"], source["version"], source["license"]) for source in vendored}
    (swagger_ui,) = SWAGGER_UI.glob("swagger-ui-*")
    return {
        "console": [npm(*package) for package in sorted(console)],
        "docs": [npm("swagger-ui-dist", swagger_ui.name.removeprefix("swagger-ui-"), "Apache-2.0")],
    }


def joined(bills, packages):
    """Returns one bill of all functions."""
    components, dependencies, functions = {}, {}, []
    for name, bill in bills.items():
        function = bill["metadata"]["component"]
        functions.append(function["bom-ref"])
        for component in (function, *bill["components"]):
            components[component["bom-ref"]] = component
        for dependency in bill["dependencies"]:
            dependencies.setdefault(dependency["ref"], set()).update(dependency.get("dependsOn", []))
        for package in packages.get(name, []):
            components[package["bom-ref"]] = package
            dependencies[function["bom-ref"]].add(package["bom-ref"])
    some = next(iter(bills.values()))
    whole = {
        "type": "application", "bom-ref": "rollcall", "name": "rollcall", "version": some["metadata"]["component"]["version"],
        "licenses": [{"expression": "Apache-2.0"}],
    }
    dependencies["rollcall"] = set(functions)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": some["specVersion"],
        "version": 1,
        "metadata": {"component": whole, "tools": some["metadata"]["tools"], "properties": some["metadata"]["properties"]},
        "components": [components[ref] for ref in sorted(components)],
        "dependencies": [{"ref": ref, "dependsOn": sorted(dependencies[ref])} for ref in sorted(dependencies)],
    }


def faults(bill):
    """Yields what a reader of the bill would miss."""
    refs = {component["bom-ref"] for component in bill["components"]} | {"rollcall"}
    for component in bill["components"]:
        if not component.get("version") or not component.get("licenses"):
            yield f"{component['name']} has no version or no licence"
    for dependency in bill["dependencies"]:
        for ref in (dependency["ref"], *dependency["dependsOn"]):
            if ref not in refs:
                yield f"{ref} isn't a component"


def main():
    copy, file = map(pathlib.Path, sys.argv[1:])
    bills = of_functions(copy)
    expected = {folder.parent.name for folder in (ROOT / "functions").glob("*/Cargo.toml")}
    assert set(bills) == expected, f"not described: {expected ^ set(bills)}"
    bill = joined(bills, javascript())
    wrong = list(faults(bill))
    assert not wrong, "\n".join(wrong)
    file.write_text(json.dumps(bill, indent=1, ensure_ascii=False) + "\n")
    print(f"sbom: {len(bills)} functions, {len(bill['components'])} components in {file}")


if __name__ == "__main__":
    main()
