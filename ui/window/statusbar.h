#pragma once

#include <QtWidgets/QStatusBar>

namespace authcore {
struct BackendProfile;
}

namespace ui {

class Label;

//! Shows at all times the backend, whether it allows plain http, and the number of requests under
//! way.
class StatusBar : public QStatusBar
{
    Q_OBJECT

public:
    explicit StatusBar(QWidget *parent = nullptr);

    void showProfile(const authcore::BackendProfile &profile);
    void showTraffic(int onTheWire, int held);

private:
    Label *m_plainHttp;
    Label *m_traffic;
    Label *m_where;
};

} // namespace ui
