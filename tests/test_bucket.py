"""Pictures and style sheets in object storage, through the real client: kept there, shown by us, and by nobody else."""

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from articles.models import Picture
from articles.pictures import store_picture
from cms import places
from reviews.verification import faults
from tests import object_storage, office, worlds

SITE = "https://health.example.org"


@pytest.fixture
def bucket(monkeypatch, settings):
    """The site as it is configured by the variables that README names."""
    with object_storage.bucket("house") as bucket:
        named = {"BUCKET": "house", "ENDPOINT": bucket.url, "REGION": "eu", "ACCESS_KEY": "a-key", "SECRET_KEY": "a-secret"}
        for name, value in named.items():
            monkeypatch.setenv(f"S3_{name}", value)
        settings.STORAGES = places.storages(SITE, debug=True)
        yield bucket


def key_of(picture: Picture) -> str:
    return f"media/pictures/{picture.sha256}.png"


def test_a_picture_is_kept_in_the_bucket_and_shown_at_its_own_address(bucket, cast, as_user, client):
    answer = as_user(cast.wren).post(office.url("articles_article_upload"), {"image": office.upload(office.png())})
    picture = Picture.objects.get()
    assert list(bucket.objects) == [key_of(picture)]
    address = answer.json()["path"]
    assert client.get(address).status_code == 404, "it is a draft's: readers are not shown it"
    assert as_user(cast.ed).get(address).getvalue() == bucket.objects[key_of(picture)]
    worlds.published(cast, worlds.drafted(cast, picture=picture, picture_alt="A calf"))
    shown = client.get(address)
    assert (shown.status_code, shown["Content-Type"], shown["ETag"]) == (200, "image/png", f'"{picture.sha256}"')
    assert shown.getvalue() == bucket.objects[key_of(picture)]
    small = client.get(address.replace(".png", "-320.webp"))
    assert small["Content-Type"] == "image/webp" and small.getvalue()[8:12] == b"WEBP"
    assert len(bucket.objects) == 2, "smaller copies are kept there too"


def test_the_bucket_is_not_told_to_show_a_picture_and_no_page_leads_to_it(bucket, cast, client):
    picture = store_picture(office.upload(office.png()), by=cast.wren)
    worlds.published(cast, worlds.drafted(cast, picture=picture, picture_alt="A calf"))
    assert "x-amz-acl" not in bucket.headers[key_of(picture)]
    html = client.get("/articles/leg-cramps-at-night/").content.decode()
    assert picture.sha256 in html
    assert str(bucket.port) not in html and "Signature" not in html


def test_a_picture_that_is_gone_from_the_bucket_is_not_found_and_is_named(bucket, cast, client):
    picture = store_picture(office.upload(office.png()), by=cast.wren)
    worlds.published(cast, worlds.drafted(cast, picture=picture, picture_alt="A calf"))
    assert list(faults()) == []
    bucket.objects[key_of(picture)] += b"x"
    assert [fault.split(": ")[1] for fault in faults()] == ["its file was replaced"]
    del bucket.objects[key_of(picture)]
    assert client.get(f"/pictures/{picture.sha256}.png").status_code == 404
    assert client.get(f"/pictures/{picture.sha256}-320.webp").status_code == 404
    assert "its file is missing" in next(iter(faults()))


def test_the_same_picture_uploaded_twice_is_one_object(bucket, cast):
    for _ in range(2):
        store_picture(office.upload(office.png()), by=cast.wren)
    assert len(bucket.objects) == 1


def test_style_sheets_are_collected_into_the_bucket_under_lasting_names_of_our_own_host(bucket, monkeypatch, settings, tmp_path):
    monkeypatch.setenv("S3_STATIC", "1")
    settings.STORAGES = places.storages(SITE, debug=False)
    (tmp_path / "a.css").write_text("body { background: url(b.png) }")
    (tmp_path / "b.png").write_bytes(office.png())
    settings.STATICFILES_DIRS = [tmp_path]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    call_command("collectstatic", interactive=False, verbosity=0)
    address = staticfiles_storage.url("a.css")
    assert address.startswith(f"{SITE}/static/a.") and address != f"{SITE}/static/a.css", "the policy lets no other host in"
    kept = address.removeprefix(f"{SITE}/")
    assert b"b." in bucket.objects[kept] and b"url(b.png)" not in bucket.objects[kept]
    assert "immutable" in bucket.headers[kept]["cache-control"]


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ({"S3_STATIC": "1"}, "set S3_BUCKET"),
        ({"S3_BUCKET": "house", "S3_ACCESS_KEY": "a-key"}, "belong together"),
        ({"S3_BUCKET": "house", "S3_ENDPOINT": "s3.example.org"}, "must be an address"),
    ],
)
def test_half_a_bucket_is_refused_and_told(monkeypatch, variables, complaint):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=complaint):
        places.storages(SITE, debug=False)


def test_without_a_bucket_files_are_kept_in_folders(monkeypatch):
    monkeypatch.delenv("S3_BUCKET", raising=False)
    assert places.storages(SITE, debug=False)["default"]["BACKEND"].endswith("FileSystemStorage")


def test_a_reader_without_a_cookie_is_never_shown_a_drafts_picture_by_guessing(bucket, cast, client):
    picture = store_picture(office.upload(office.png()), by=cast.wren)
    for address in ("media/pictures/{}.png", "pictures/{}.png", "pictures/{}-640.webp"):
        assert client.get("/" + address.format(picture.sha256)).status_code == 404
