#pragma once

#include "authcore/exchange/networksettings.h"

#include <QtCore/QObject>

#include <functional>
#include <list>
#include <memory>
#include <optional>

class QNetworkAccessManager;
class QNetworkRequest;

namespace authcore {

//! The QNetworkAccessManagers that send a session's own requests from one thread.
//!
//! There is one for each of the network settings that were ever set: Qt would send a request over
//! a connection that was made with other certificates.
//! Lifetime: outlives the requests that it sends.
//! Thread:   its own.
class HttpManagers
{
public:
    using MakeHttp = std::function<std::unique_ptr<QNetworkAccessManager>()>;

    //! `makeHttp` is called for each of the settings.
    explicit HttpManagers(MakeHttp makeHttp);
    //! Uses one manager, whatever the settings: for tests and simulations.
    explicit HttpManagers(std::unique_ptr<QNetworkAccessManager> http);
    ~HttpManagers();
    HttpManagers(const HttpManagers &) = delete;
    HttpManagers &operator=(const HttpManagers &) = delete;

    void setParent(QObject *parent); //!< of the managers, which move to another thread with it
    //! For requests from now on; those under way go on as they are.
    void setSettings(const NetworkSettings &settings);
    [[nodiscard]] QNetworkAccessManager &present(); //!< of the present settings
    //! Gives `request` the certificates of the present settings, unless it has a TLS configuration
    //! of its own, and the credentials of their proxy where Qt would not send them.
    void configure(QNetworkRequest &request);
    void clear(); //!< aborts what is under way and destroys the managers

private:
    struct Entry
    {
        NetworkSettings settings;
        std::optional<QSslConfiguration> tls;
        std::unique_ptr<QNetworkAccessManager> http;
    };

    [[nodiscard]] Entry &entry();

    MakeHttp m_makeHttp; //!< empty: the one manager was given
    QObject *m_parent = nullptr;
    NetworkSettings m_settings;
    std::list<Entry> m_entries;
};

} // namespace authcore
