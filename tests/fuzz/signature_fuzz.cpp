// The signature header. Input: secret, NUL, the header, NUL, the body.

#include "service/domain/signature.h"
#include "tests/fuzz/fuzzed.h"

using namespace oo;

void oo::fuzz::check(const QByteArray &input)
{
    auto body = input;
    const auto secret = takeField(body);
    const auto header = takeField(body);
    const auto right = signBody(secret, body);
    const auto found = matchSignature({"another secret", secret}, body, header);
    must(!found || QByteArray::fromBase64(header) == QByteArray::fromBase64(right), "only the right bytes match");
    must(header != right || found.has_value(), "the right header matches");
    must(matchSignature({secret}, body, right) == 0, "a signature of ours matches");
    must(!matchSignature({}, body, right), "without a secret nothing matches");
    must(!matchSignature({secret}, body + 'x', right), "another body does not match");
    for (qsizetype at = 0; at < right.size() - 2; ++at) { // the last digit before the padding has bits that say nothing
        auto forged = right;
        forged[at] = forged[at] == 'A' ? 'B' : 'A';
        must(!matchSignature({secret}, body, forged), "a changed digit does not match");
    }
    must(!matchSignature({secret}, body, right.left(input.size() % (right.size() - 1))), "a part does not match");
}
