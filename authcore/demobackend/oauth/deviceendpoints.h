#pragma once

#include "authcore/demobackend/moment.h"
#include "authcore/demobackend/oauth/devicegrants.h"
#include "authcore/demobackend/oauth/oauthreplies.h"

#include <QtCore/QString>

namespace demobackend {

class Form;

//! The device authorization endpoint, and the page where a person types the user code.
//!
//! Lifetime: `devices` outlives it.
//! Thread:   one at a time.
//! Spec:     RFC 8628 sections 3.1 to 3.3.
class DeviceEndpoints
{
public:
    explicit DeviceEndpoints(DeviceGrants &devices);

    void setIssuer(const QString &issuer) { m_issuer = issuer; }
    [[nodiscard]] Reply authorize(const Request &request, const Moment &moment);
    [[nodiscard]] Reply verify(const Request &request, const Moment &moment);

private:
    [[nodiscard]] Reply decide(const Form &form, const Moment &moment);
    [[nodiscard]] Reply page(const QString &userCode, const QString &userName,
        const QString &problem, const Moment &moment) const;

    DeviceGrants &m_devices;
    QString m_issuer;
};

} // namespace demobackend
