#pragma once

#include "authcore/demobackend/authority.h"
#include "authcore/demobackend/demobackend.h"
#include "authcore/demobackend/statefile.h"
#include "authcore/demobackend/transcript.h"
#include "authcore/httpserver/certificate.h"
#include "authcore/httpserver/httpconnection.h"
#include "authcore/httpserver/listener.h"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <variant>

namespace demobackend {

//! Connects the authority with HTTP: holds and delays replies, writes the transcript and the state
//! file.
//!
//! Thread:   any.
class DemoBackend::Server final : public httpserver::Responder
{
public:
    explicit Server(Options options);
    ~Server() override;
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;

    [[nodiscard]] QString start();
    void stop();
    [[nodiscard]] QUrl url() const;
    [[nodiscard]] QByteArray certificatePem() const;

    [[nodiscard]] Authority &authority() { return m_authority; }
    [[nodiscard]] Transcript &transcript() { return m_transcript; }
    [[nodiscard]] std::shared_ptr<PathScript> script(const QString &path);
    void wakeHanging(); //!< checks anew which replies still hang
    void saveState();

    [[nodiscard]] qsizetype keptBodySize(const Request &head) override;
    [[nodiscard]] httpserver::Reply answer(const Request &request) override;
    [[nodiscard]] bool pause(std::chrono::microseconds duration) override;

private:
    [[nodiscard]] quint16 port() const;
    //! The script of a requested path. Scripts that no test has asked for are kept for the first
    //! 1,000 paths only.
    [[nodiscard]] std::shared_ptr<PathScript> arrivedAt(const QString &path);
    [[nodiscard]] QString loadState();
    [[nodiscard]] SavedState state() const;
    [[nodiscard]] std::variant<httpserver::BoundPort, QString> bind() const;
    [[nodiscard]] Reply decide(const Request &request, PathScript &script);
    [[nodiscard]] bool waitFor(const Reply &reply);

    const Options m_options;
    const std::optional<StateFile> m_stateFile;
    Authority m_authority;
    Transcript m_transcript;

    mutable std::mutex m_lifecycle; //!< held by start() and stop()
    mutable std::mutex m_mutex; //!< guards the members up to the next empty line
    quint16 m_port = 0; //!< while stopped: the port that start() tries first
    std::map<QString, std::shared_ptr<PathScript>> m_scripts;

    bool m_isLoaded = false; //!< the state file was read
    std::mutex m_saving; //!< prevents that an older state replaces a newer one
    std::mutex m_pausing;
    std::condition_variable_any m_wake;
    std::stop_source m_stopping;
    std::unique_ptr<httpserver::Certificate> m_certificate;
    std::unique_ptr<httpserver::Listener>
        m_listener; //!< the last member: its threads use the others
};

} // namespace demobackend
