#include "service/domain/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

namespace oo {

namespace {

const unsigned char *bytes(QByteArrayView view)
{
    return reinterpret_cast<const unsigned char *>(view.data());
}

} // namespace

QByteArray sha256(QByteArrayView data)
{
    QByteArray digest(SHA256_DIGEST_LENGTH, Qt::Uninitialized);
    SHA256(bytes(data), static_cast<size_t>(data.size()), reinterpret_cast<unsigned char *>(digest.data()));
    return digest;
}

QByteArray hmacSha256(QByteArrayView key, QByteArrayView data)
{
    QByteArray mac(SHA256_DIGEST_LENGTH, Qt::Uninitialized);
    unsigned int length = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes(data), static_cast<size_t>(data.size()),
         reinterpret_cast<unsigned char *>(mac.data()), &length);
    return mac;
}

bool equalInConstantTime(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), static_cast<size_t>(a.size())) == 0;
}

QByteArray signBody(QByteArrayView secret, QByteArrayView body)
{
    return hmacSha256(secret, body).toBase64();
}

std::optional<qsizetype> matchSignature(const QList<QByteArray> &secrets, QByteArrayView body, QByteArrayView signature)
{
    const auto decoded =
        QByteArray::fromBase64Encoding(signature.toByteArray(), QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || decoded.decoded.size() != SHA256_DIGEST_LENGTH)
        return std::nullopt;
    std::optional<qsizetype> match;
    for (qsizetype i = 0; i < secrets.size(); ++i) {
        if (equalInConstantTime(hmacSha256(secrets[i], body), decoded.decoded) && !match)
            match = i;
    }
    return match;
}

} // namespace oo
