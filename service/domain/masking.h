#pragma once
// What of stored JSON may be seen without revealing a person: an allow-list (everything else is masked).

#include "service/domain/order_differences.h"

#include <QByteArray>
#include <QByteArrayView>

namespace oo {

// Stands for every masked value.
inline constexpr char kMasked[] = "***";

// A payload of an event: members that are not on the list keep their key and lose their value. Not an object: masked whole.
QByteArray maskedPayload(QByteArrayView json);

// HTTP headers as [[name, value], …]: the values of those that are not on the list are masked.
QByteArray maskedHeaders(QByteArrayView json);

// {"field": ["is", "should be"], …}; of personal fields only that they differ.
QByteArray maskedDifferences(const QList<FieldDifference> &fields);

// Fields of an order that name a person.
bool isPersonal(QByteArrayView orderField);

// Whether payload members of this name may be filtered and shown without revealing.
bool isOpenPayloadField(QByteArrayView name);

} // namespace oo
