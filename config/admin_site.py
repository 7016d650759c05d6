from django.contrib.admin import AdminSite


class BinderySite(AdminSite):
    site_header = "Bindery"
    site_title = "Bindery"
    index_title = "Books and their workflows"
