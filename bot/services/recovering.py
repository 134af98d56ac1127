"""The first start on a store that was restored from a backup: nothing is sent twice.

Nobody can say any more what became of messages that fell due between the backup and the loss, so
they count as sent: an announcement's copies are *unknown*, which organizers see and can send again
with one tap; reminders of that time are not sent. What fell due after the loss is sent as ever.
"""

from sqlmodel import Session

from bot.services import alerting, posting
from bot.services.desk import Desk
from bot.store import claims, settings


def settle(db: Session, desk: Desk) -> None:
    """Does so once; in any other start nothing."""
    restored = settings.restored(db)
    if restored is None:
        return
    while posting.go_on(db, desk):  # whoever has no row yet may have got the message all the same
        db.flush()
    unknown = claims.settle_lost(db, until=restored.lost_at, now=desk.now())
    settings.set_planned_until(db, restored.lost_at)
    settings.forget_restored(db)
    alerting.alert(
        db,
        desk,
        "alert.restored",
        key=restored.lost_at.isoformat(),
        made_at=restored.made_at,
        lost_at=restored.lost_at,
        count=unknown,
    )
