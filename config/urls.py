"""The site's addresses. Pages live in `positions.pages`, one module each."""

from django.contrib import admin
from django.urls import include, path

handler500 = "config.outage.broken"
handler404 = "positions.pages.errors.not_found"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("positions.urls")),
]
