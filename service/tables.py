"""Every room that has tables, so that the migrations know them all."""

import service.accounts.keys
import service.accounts.models
import service.agreements.models
import service.allocation.models
import service.allocation.tables
import service.documents.models
import service.interop.models
import service.journal.models
import service.lots.models
import service.lots.named
import service.lots.usual.models
import service.notices.models
import service.practice.models
import service.rounds.models
import service.shipments.models
import service.territory.models
import service.web.models

__all__ = ["service"]
