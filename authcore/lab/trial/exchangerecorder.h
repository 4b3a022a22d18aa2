#pragma once

#include "authcore/lab/trial/seenexchange.h"

#include <QtNetwork/QNetworkAccessManager>

#include <memory>
#include <vector>

class QNetworkReply;

namespace authcore::lab {

//! Notes what goes through network access managers, for looking at it afterwards.
//!
//! Secrets:  see SeenExchange.
class ExchangeRecorder
{
public:
    //! Notes `request` and, while it arrives, its answer. The body of the answer is only noted
    //! where whoever reads it reads all of it at each readyRead().
    void watch(QNetworkReply &reply, const QNetworkRequest &request, const QByteArray &body);

    [[nodiscard]] bool isEmpty() const { return m_exchanges.empty(); }
    [[nodiscard]] SeenExchange last() const; //!< empty where nothing was sent
    //! The first exchange since the last clear(); empty where nothing was sent.
    [[nodiscard]] SeenExchange first() const;
    void clear() { m_exchanges.clear(); }

private:
    std::vector<std::shared_ptr<SeenExchange>> m_exchanges;
};

//! A plain manager whose exchanges are recorded.
//!
//! Lifetime: `recorder` outlives this.
class RecordingManager : public QNetworkAccessManager
{
    Q_OBJECT

public:
    explicit RecordingManager(ExchangeRecorder &recorder, QObject *parent = nullptr);

protected:
    QNetworkReply *createRequest(
        Operation op, const QNetworkRequest &request, QIODevice *outgoingData) override;

private:
    ExchangeRecorder &m_recorder;
};

} // namespace authcore::lab
