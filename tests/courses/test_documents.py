import pytest
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction

from tests.factories import make_user

BYTES = bytes(range(256)) * 4


def make_document(name="video.webm"):
    """A document for people who are signed in, as the importer makes them."""
    collection = Collection.get_first_root_node().add_child(name="Curso")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type=CollectionViewRestriction.LOGIN)
    return get_document_model().objects.create(title="Video", file=ContentFile(BYTES, name=name), collection=collection)


@pytest.fixture
def video(db):
    return make_document()


@pytest.fixture
def learner(video, client):
    user = make_user()
    client.force_login(user)
    return user


def get(client, document, **headers):
    return client.get(document.url, headers=headers)


def read(response):
    return b"".join(response.streaming_content)


def test_video_is_sent_whole_without_range(learner, client, video):
    response = get(client, video)
    assert (response.status_code, response["Content-Length"], read(response)) == (200, "1024", BYTES)
    assert response["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(("asked", "first", "last"), [
    ("bytes=0-", 0, 1023), ("bytes=10-19", 10, 19), ("bytes=1000-5000", 1000, 1023), ("bytes=-24", 1000, 1023),
    ("bytes=-5000", 0, 1023), ("bytes=1023-1023", 1023, 1023),
])
def test_video_is_sent_in_part(learner, client, video, asked, first, last):
    response = get(client, video, range=asked, accept_encoding="gzip")
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/1024"
    assert response["Content-Length"] == str(last - first + 1)
    assert read(response) == BYTES[first:last + 1]


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
def test_range_beyond_end_is_refused(learner, client, video, asked):
    response = get(client, video, range=asked)
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */1024")


@pytest.mark.parametrize("asked", ["bytes=20-10", "bytes=0-1,5-6", "bytes=-", "bytes=a-b", "pages=1-2"])
def test_range_that_is_none_gets_whole_file(learner, client, video, asked):
    response = get(client, video, range=asked)
    assert (response.status_code, len(read(response))) == (200, 1024)


def test_range_of_file_that_changed_gets_whole_file(learner, client, video):
    etag = get(client, video)["ETag"]
    assert get(client, video, range="bytes=0-9", if_range=etag).status_code == 206
    assert get(client, video, range="bytes=0-9", if_range='"another"').status_code == 200


def test_unchanged_video_is_not_sent_again(learner, client, video):
    assert get(client, video, if_none_match=get(client, video)["ETag"]).status_code == 304


def test_head_of_video_has_no_body(learner, client, video):
    response = client.head(video.url, headers={"range": "bytes=0-9"})
    assert (response.status_code, response["Content-Length"], read(response)) == (200, "1024", b"")


@pytest.mark.parametrize("headers", [{}, {"range": "bytes=0-9"}])
def test_video_is_not_sent_to_anonymous(video, client, headers):
    response = get(client, video, **headers)
    assert response.status_code == 302
    assert response["Location"].startswith("/es/account/login/?next=/documents/")


@pytest.mark.parametrize("path", ["documents/{}", "./documents/{}", "a/../documents/{}", "/documents/{}"])
def test_media_address_does_not_lead_to_documents(video, client, path):
    name = video.file.name.removeprefix("documents/")
    assert client.get("/media/" + path.format(name)).status_code == 404


@pytest.mark.parametrize(("name", "content_type"), [("a.webm", "video/webm"), ("a.MP4", "video/mp4"),
                                                    ("a.vtt", "text/vtt")])
def test_media_is_sent_in_a_sandbox(db, client, name, content_type):
    document = make_document(name)
    client.force_login(make_user())
    response = get(client, document)
    assert response["Content-Type"] == content_type
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_other_documents_run_nothing(db, client):
    document = make_document("a.pdf")
    client.force_login(make_user())
    response = get(client, document)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'"
