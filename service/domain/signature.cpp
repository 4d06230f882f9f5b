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

QByteArray hmac(QByteArrayView secret, QByteArrayView body)
{
    QByteArray mac(SHA256_DIGEST_LENGTH, Qt::Uninitialized);
    unsigned int length = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes(body), static_cast<size_t>(body.size()),
         reinterpret_cast<unsigned char *>(mac.data()), &length);
    return mac;
}

} // namespace

QByteArray sha256(QByteArrayView data)
{
    QByteArray digest(SHA256_DIGEST_LENGTH, Qt::Uninitialized);
    SHA256(bytes(data), static_cast<size_t>(data.size()), reinterpret_cast<unsigned char *>(digest.data()));
    return digest;
}

bool equalInConstantTime(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), static_cast<size_t>(a.size())) == 0;
}

QByteArray signBody(QByteArrayView secret, QByteArrayView body)
{
    return hmac(secret, body).toBase64();
}

std::optional<qsizetype> matchSignature(const QList<QByteArray> &secrets, QByteArrayView body, QByteArrayView signature)
{
    const auto decoded =
        QByteArray::fromBase64Encoding(signature.toByteArray(), QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || decoded.decoded.size() != SHA256_DIGEST_LENGTH)
        return std::nullopt;
    std::optional<qsizetype> match;
    for (qsizetype i = 0; i < secrets.size(); ++i) {
        if (equalInConstantTime(hmac(secrets[i], body), decoded.decoded) && !match)
            match = i;
    }
    return match;
}

} // namespace oo
