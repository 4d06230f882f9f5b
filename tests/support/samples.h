#pragma once
// The signed webhook bodies under tests/samples.

#include "service/domain/shopify_mapper.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace oo::test {

inline constexpr char kSampleSecret[] = "shpss_test_0123456789abcdef";

struct Sample
{
    QString name;
    QByteArray body;
    QList<std::pair<QByteArray, QByteArray>> headers;

    QByteArray header(QByteArrayView name) const; // without case
    ShopifyHeaders shopifyHeaders() const;
};

QStringList sampleNames();
Sample shopifySample(const QString &name);
QByteArray courierSample(const QString &name);

} // namespace oo::test
