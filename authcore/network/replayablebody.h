#pragma once

#include <QtCore/QIODevice>
#include <QtCore/QPointer>

#include <memory>
#include <optional>

namespace authcore {

//! A request's body, to be sent as often as our policy wants to.
//!
//! Random-access devices (files, buffers, multiparts of such) are rewound to where they stood.
//! Sequential ones are one-shot: opened once, then canReplay() is false.
//! Lifetime: the caller's device outlives the reply, as with QNetworkAccessManager. What open()
//! gives
//!           for a random-access one lets go of it with detach().
//! Thread:   the caller's.
class ReplayableBody
{
public:
    ReplayableBody() = default;
    explicit ReplayableBody(QIODevice *device);

    [[nodiscard]] bool isPresent() const { return m_kind != Kind::None; }
    [[nodiscard]] bool canReplay() const { return m_kind != Kind::OneShot; }

    //! What one attempt will read; empty: not known.
    [[nodiscard]] std::optional<qint64> size() const;

    //! What one attempt reads.
    struct Reader
    {
        QIODevice *device = nullptr; //!< hand this to Qt
        std::unique_ptr<QIODevice> owned; //!< it, where it is ours: keep it as long as the attempt
        bool ok = true; //!< false: the body cannot be had again
    };
    [[nodiscard]] Reader open();
    //! The caller's device is not read any more through `reader`.
    static void detach(QIODevice *reader);

private:
    enum class Kind : std::uint8_t { None, Bytes, RandomAccess, OneShot };

    QPointer<QIODevice> m_device;
    qint64 m_start = 0;
    Kind m_kind = Kind::None;
    bool m_opened = false;
};

} // namespace authcore
