from django.apps import AppConfig


class BooksApp(AppConfig):
    name = "books"
    verbose_name = "Books"
