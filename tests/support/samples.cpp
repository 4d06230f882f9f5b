#include "tests/support/samples.h"

#include <QDir>
#include <QFile>

namespace oo::test {

namespace {

QByteArray read(const QString &path)
{
    QFile file(QStringLiteral(OO_SOURCE_DIR "/tests/samples/") + path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no sample %s", qPrintable(path));
    return file.readAll();
}

} // namespace

QByteArray Sample::header(QByteArrayView wanted) const
{
    for (const auto &[key, value] : headers) {
        if (key.compare(wanted, Qt::CaseInsensitive) == 0)
            return value;
    }
    return {};
}

ShopifyHeaders Sample::shopifyHeaders() const
{
    return {header("X-Shopify-Topic"), header("X-Shopify-Shop-Domain"), header("X-Shopify-Webhook-Id"), header("X-Shopify-Triggered-At")};
}

QStringList sampleNames()
{
    auto names = QDir(QStringLiteral(OO_SOURCE_DIR "/tests/samples/shopify")).entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name);
    for (auto &name : names)
        name.chop(5);
    return names;
}

Sample shopifySample(const QString &name)
{
    Sample sample{name, read(QStringLiteral("shopify/%1.json").arg(name)), {}};
    for (const auto &line : read(QStringLiteral("shopify/%1.headers").arg(name)).split('\n')) {
        const auto colon = line.indexOf(':');
        if (colon > 0 && !line.startsWith('#'))
            sample.headers.append({line.left(colon).trimmed(), line.mid(colon + 1).trimmed()});
    }
    return sample;
}

QByteArray courierSample(const QString &name)
{
    return read(QStringLiteral("courier/%1.json").arg(name));
}

} // namespace oo::test
