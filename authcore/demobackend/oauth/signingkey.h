#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>

#include <memory>

using EVP_PKEY = struct evp_pkey_st;

namespace demobackend {

//! An RSA key that signs with RS256. A restarted backend has another key, so clients must read the
//! JWKS again.
//!
//! Lifetime: the key ends with this object.
//! Thread:   one at a time.
//! Spec:     RFC 7515 section 5.1, RFC 7518 sections 3.3 and 6.3.
class SigningKey
{
public:
    SigningKey();
    ~SigningKey();
    SigningKey(const SigningKey &) = delete;
    SigningKey &operator=(const SigningKey &) = delete;

    //! The compact serialization of a JWT with these claims; empty: OpenSSL failed.
    [[nodiscard]] QByteArray sign(const QJsonObject &claims) const;
    //! The public half, RFC 7517; its "kid" is its thumbprint (RFC 7638).
    [[nodiscard]] QJsonObject jwk() const { return m_jwk; }

private:
    struct KeyFree
    {
        void operator()(EVP_PKEY *key) const noexcept;
    };

    std::unique_ptr<EVP_PKEY, KeyFree> m_key;
    QJsonObject m_jwk;
};

} // namespace demobackend
