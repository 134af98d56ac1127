"""The privacy texts say what there is."""

import pytest

from bot.services import own_data
from bot.store.personal_data import HOLDINGS, IN_PART
from bot.texts.catalogue import text


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_readme_of_the_download_explains_every_table(language: str) -> None:
    readme = text("privacy.readme", language, name="Retret")
    explained = {
        name.strip()
        for line in readme.splitlines()
        if " - " in line
        for name in line.partition(" - ")[0].split(",")
    }
    tables = {str(each.table.__tablename__) for each in HOLDINGS}
    tables |= {str(table.__tablename__) for table in IN_PART}
    assert tables - own_data._BELOW.keys() <= explained
