from django.urls import path

from books.api import books, versions

VERSION = "books/<str:book>/versions/<str:number>/"

urlpatterns = [
    path("books/", books.Books.as_view(), name="books"),
    path("books/<str:book>/", books.OneBook.as_view(), name="book"),
    path("books/<str:book>/versions/", versions.Versions.as_view(), name="versions"),
    path(VERSION, versions.Version.as_view(), name="version"),
    path(f"{VERSION}diff/", versions.Diff.as_view(), name="version-diff"),
    path(
        f"{VERSION}chapters/<str:chapter>/", versions.OneChapter.as_view(), name="version-chapter"
    ),
    path(f"{VERSION}assets/<path:path>", versions.OneAsset.as_view(), name="version-asset"),
    path("settings/", books.Settings.as_view(), name="settings"),
]
