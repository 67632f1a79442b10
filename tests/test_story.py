from reviews import publishing
from tests import worlds


def test_a_signed_article_reaches_a_reader(cast, client):
    publication = worlds.published(cast)
    answer = client.get("/articles/leg-cramps-at-night/")
    assert answer.status_code == 200
    assert b"Leg cramps at night" in answer.content
    publishing.withdraw(publication, reason="Out of date.", by=cast.ed)
    answer = client.get("/articles/leg-cramps-at-night/")
    assert answer.status_code == 410
    assert b"Out of date." in answer.content
