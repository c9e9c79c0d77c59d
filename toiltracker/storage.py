"""How static files are named when they are served for good: by their content, so that browsers may keep them."""

from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from toiltracker.sheets import TOGETHER, joined_path, path_of

_IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class ModuleAwareStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it carries no types
    """Also renames what one of our own ES modules imports from another, and joins style sheets that go together.

    Imports only below `js/`: Django's `support_js_module_import_aggregation` reads every script, and in minified ones
    of other packages it takes text for imports.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", _IMPORTS))
    joins_sheets = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Add the joined sheets to what was gathered; they are named by their content like all others."""
        if not dry_run:
            for name, parts in TOGETHER.items():
                self._join(name, [paths[path_of(part)] for part in parts])
                paths[joined_path(name)] = (self, joined_path(name))
        yield from super().post_process(paths, dry_run, **options)

    def _join(self, name: str, parts: list[Any]) -> None:
        texts = []
        for storage, path in parts:
            with storage.open(path) as file:
                texts.append(file.read().decode())
        path = joined_path(name)
        self.delete(path)
        self._save(path, ContentFile("\n".join(texts).encode()))
