#pragma once
// Webhook signatures: base64 HMAC-SHA256 over the raw body (shopify-webhooks.md §2.4).

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

#include <optional>

namespace oo {

QByteArray sha256(QByteArrayView data); // 32 bytes
QByteArray hmacSha256(QByteArrayView key, QByteArrayView data); // 32 bytes
bool equalInConstantTime(QByteArrayView a, QByteArrayView b); // of equal lengths; else false at once

QByteArray signBody(QByteArrayView secret, QByteArrayView body); // base64, as the header carries it

// The place in `secrets` of the one that made `signature` (base64) for `body`; nullopt if none did. Every secret is tried
// and compared in constant time. An empty signature, or one that is not 32 bytes, never matches.
std::optional<qsizetype> matchSignature(const QList<QByteArray> &secrets, QByteArrayView body, QByteArrayView signature);

} // namespace oo
