#pragma once
// In what two states of an order differ, for people and for machines.

#include "service/domain/fold.h"

#include <QList>

namespace oo {

struct FieldDifference
{
    QByteArray field; // the JSON name
    QByteArray is;    // text; empty for nothing
    QByteArray shouldBe;
};

QList<FieldDifference> differences(const OrderState &is, const OrderState &shouldBe);

} // namespace oo
