#include "authcore/demobackend/oauth/signingkey.h"

#include "authcore/demobackend/base64url.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QJsonDocument>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

constexpr int keyBits = 2048;
// RFC 8017 section 3.2. A key with more primes has the same length and use, and is generated
// several times faster and in a steadier time, while a client waits for it with a time limit.
constexpr int primes = 3;

template <auto release>
struct Release
{
    template <typename Object>
    void operator()(Object *object) const noexcept
    {
        release(object);
    }
};

//! RFC 7518 section 2, Base64urlUInt.
QString numberIn(EVP_PKEY *key, const char *parameter)
{
    BIGNUM *number = nullptr;
    if (key == nullptr || EVP_PKEY_get_bn_param(key, parameter, &number) != 1)
        return {};
    const std::unique_ptr<BIGNUM, Release<BN_free>> owned(number);
    QByteArray bytes(BN_num_bytes(number), Qt::Uninitialized);
    BN_bn2bin(number, reinterpret_cast<unsigned char *>(bytes.data()));
    return QString::fromLatin1(bytes.toBase64(base64Url));
}

QByteArray encoded(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toBase64(base64Url);
}

//! RFC 7638 section 3: the required members, sorted and without spaces, as Qt writes them.
QString thumbprintOf(const QJsonObject &key)
{
    const auto text = QJsonDocument(key).toJson(QJsonDocument::Compact);
    return QString::fromLatin1(
        QCryptographicHash::hash(text, QCryptographicHash::Sha256).toBase64(base64Url));
}

QJsonObject jwkOf(EVP_PKEY *key)
{
    QJsonObject jwk {
        {u"e"_s, numberIn(key, OSSL_PKEY_PARAM_RSA_E)},
        {u"kty"_s, u"RSA"_s},
        {u"n"_s, numberIn(key, OSSL_PKEY_PARAM_RSA_N)},
    };
    jwk.insert("kid"_L1, thumbprintOf(jwk));
    jwk.insert("alg"_L1, u"RS256"_s);
    jwk.insert("use"_L1, u"sig"_s);
    return jwk;
}

EVP_PKEY *newKey()
{
    EVP_PKEY *key = nullptr;
    const std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>> context(
        EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    const bool isReady = context && EVP_PKEY_keygen_init(context.get()) == 1
        && EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), keyBits) == 1
        && EVP_PKEY_CTX_set_rsa_keygen_primes(context.get(), primes) == 1;
    return isReady && EVP_PKEY_generate(context.get(), &key) == 1 ? key : nullptr;
}

} // namespace

void SigningKey::KeyFree::operator()(EVP_PKEY *key) const noexcept
{
    EVP_PKEY_free(key);
}

SigningKey::SigningKey()
    : m_key(newKey())
    , m_jwk(jwkOf(m_key.get()))
{
}

SigningKey::~SigningKey() = default;

QByteArray SigningKey::sign(const QJsonObject &claims) const
{
    const QJsonObject header {
        {u"alg"_s, u"RS256"_s}, {u"typ"_s, u"JWT"_s}, {u"kid"_s, m_jwk["kid"_L1]}};
    const QByteArray signingInput = encoded(header) + '.' + encoded(claims);
    const auto *const input = reinterpret_cast<const unsigned char *>(signingInput.constData());
    const std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
    QByteArray signature(keyBits / 8, Qt::Uninitialized);
    auto size = size_t(signature.size());
    const bool isSigned = m_key && context
        && EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, m_key.get()) == 1
        && EVP_DigestSign(context.get(), reinterpret_cast<unsigned char *>(signature.data()), &size,
               input, size_t(signingInput.size()))
            == 1;
    if (!isSigned)
        return {};
    signature.truncate(qsizetype(size));
    return signingInput + '.' + signature.toBase64(base64Url);
}

} // namespace demobackend
