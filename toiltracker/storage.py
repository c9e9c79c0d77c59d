"""How static files are named when they are served for good: by their content, so that browsers may keep them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class ModuleAwareStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it carries no types
    """Also renames what one of our own ES modules imports from another.

    Only below `js/`: Django's `support_js_module_import_aggregation` reads every script, and in minified ones of
    other packages it takes text for imports.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", _IMPORTS))
