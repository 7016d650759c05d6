from workflows.api.claiming import LOOK_SECONDS, LOOKS_PER_SECOND, between_looks


def test_the_more_claims_wait_the_less_often_each_of_them_looks() -> None:
    assert between_looks(1) == between_looks(10) == LOOK_SECONDS
    assert 300 / between_looks(300) == 3000 / between_looks(3000) == LOOKS_PER_SECOND
